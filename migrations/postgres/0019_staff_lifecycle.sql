-- When and why somebody was deactivated, and the role that went with it. The account is kept for ever.
ALTER TABLE staff ADD COLUMN deactivated_at BIGINT;
ALTER TABLE staff ADD COLUMN deactivated_why TEXT COLLATE "C";
ALTER TABLE staff ADD COLUMN former_role TEXT COLLATE "C";
CREATE INDEX staff_temporary ON staff (account_until) WHERE account_until IS NOT NULL;

-- What people have to do after a deactivation, and by when.
CREATE TABLE staff_task (
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    task TEXT COLLATE "C" NOT NULL CHECK (task IN ('rotate_secrets', 'review_audit', 'remove_at_provider', 'document')),
    due_at BIGINT NOT NULL,
    done_at BIGINT,
    done_by TEXT COLLATE "C" REFERENCES staff (id),
    PRIMARY KEY (staff_id, task),
    CHECK ((done_at IS NULL) = (done_by IS NULL))
);
CREATE INDEX staff_task_open ON staff_task (due_at) WHERE done_at IS NULL;

-- Somebody always stays super admin who is enrolled, permanent and not limited to some tenants, whoever writes. The one way
-- past it is the server's own command `recover`, which hands such a person a fresh enrolment token. Who takes one of them
-- away waits for others who do the same, so that no two can each count on the other.
CREATE FUNCTION staff_keep_floor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7117001);
    IF NOT EXISTS (SELECT 1 FROM staff AS other WHERE other.id <> OLD.id AND other.role = 'super_admin'
        AND other.state = 'active' AND other.account_until IS NULL AND other.scope = 'all') THEN
        RAISE EXCEPTION 'staff_last_super_admin: an enrolled, permanent super admin always stays'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'staff_last_super_admin', TABLE = 'staff';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER staff_floor_update BEFORE UPDATE ON staff FOR EACH ROW
    WHEN (OLD.role = 'super_admin' AND OLD.state = 'active' AND OLD.account_until IS NULL AND OLD.scope = 'all'
        AND NOT (NEW.role = 'super_admin' AND NEW.account_until IS NULL AND NEW.scope = 'all'
            AND (NEW.state = 'active' OR (NEW.state = 'invited' AND NEW.enrolment_digest IS NOT NULL))))
    EXECUTE FUNCTION staff_keep_floor();
CREATE TRIGGER staff_floor_delete BEFORE DELETE ON staff FOR EACH ROW
    WHEN (OLD.role = 'super_admin' AND OLD.state = 'active' AND OLD.account_until IS NULL AND OLD.scope = 'all')
    EXECUTE FUNCTION staff_keep_floor();
-- Deactivated is for ever.
CREATE FUNCTION staff_stay_deactivated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'staff_deactivated_for_ever: a deactivated account is never used again'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'staff_deactivated_for_ever', TABLE = 'staff';
END
$$;
CREATE TRIGGER staff_deactivated BEFORE UPDATE ON staff FOR EACH ROW
    WHEN (OLD.state = 'deactivated'
        AND (NEW.state <> 'deactivated' OR NEW.role <> OLD.role OR NEW.scope <> OLD.scope))
    EXECUTE FUNCTION staff_stay_deactivated();
