-- A sub-role narrows the role; and a role with its sub-role, or a scope, may be given for a time over these: at its end, by the
-- clock of whoever reads, what stands in `role`, `sub_role` and `scope` is in force again.
ALTER TABLE staff ADD COLUMN sub_role TEXT COLLATE "C";
ALTER TABLE staff ADD COLUMN term_role TEXT COLLATE "C" CHECK (term_role IN ('super_admin', 'support', 'security', 'read_only'));
ALTER TABLE staff ADD COLUMN term_sub_role TEXT COLLATE "C";
ALTER TABLE staff ADD COLUMN term_role_until BIGINT;
ALTER TABLE staff ADD COLUMN term_role_why TEXT COLLATE "C";
ALTER TABLE staff ADD COLUMN term_scope TEXT COLLATE "C" CHECK (term_scope IN ('all', 'listed'));
ALTER TABLE staff ADD COLUMN term_scope_until BIGINT;
ALTER TABLE staff ADD COLUMN term_scope_why TEXT COLLATE "C";
CREATE INDEX staff_role_term ON staff (term_role_until) WHERE term_role_until IS NOT NULL;
CREATE INDEX staff_scope_term ON staff (term_scope_until) WHERE term_scope_until IS NOT NULL;

CREATE TABLE staff_term_scope (
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenant (id),
    PRIMARY KEY (staff_id, tenant_id)
);

-- Somebody always stays super admin who is enrolled, permanent and not limited, neither by tenants nor by a sub-role, nor by
-- anything that is given for a time. The one way past it is the server's own command `recover`.
CREATE OR REPLACE FUNCTION staff_keep_floor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7117001);
    IF NOT EXISTS (SELECT 1 FROM staff AS other WHERE other.id <> OLD.id AND other.role = 'super_admin'
        AND other.state = 'active' AND other.account_until IS NULL AND other.scope = 'all'
        AND other.sub_role IS NULL AND other.term_role IS NULL AND other.term_scope IS NULL) THEN
        RAISE EXCEPTION 'staff_last_super_admin: an enrolled, permanent super admin always stays'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'staff_last_super_admin', TABLE = 'staff';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
DROP TRIGGER staff_floor_update ON staff;
DROP TRIGGER staff_floor_delete ON staff;
CREATE TRIGGER staff_floor_update BEFORE UPDATE ON staff FOR EACH ROW
    WHEN (OLD.role = 'super_admin' AND OLD.state = 'active' AND OLD.account_until IS NULL AND OLD.scope = 'all'
        AND OLD.sub_role IS NULL AND OLD.term_role IS NULL AND OLD.term_scope IS NULL
        AND NOT (NEW.role = 'super_admin' AND NEW.account_until IS NULL AND NEW.scope = 'all'
            AND NEW.sub_role IS NULL AND NEW.term_role IS NULL AND NEW.term_scope IS NULL
            AND (NEW.state = 'active' OR (NEW.state = 'invited' AND NEW.enrolment_digest IS NOT NULL))))
    EXECUTE FUNCTION staff_keep_floor();
CREATE TRIGGER staff_floor_delete BEFORE DELETE ON staff FOR EACH ROW
    WHEN (OLD.role = 'super_admin' AND OLD.state = 'active' AND OLD.account_until IS NULL AND OLD.scope = 'all'
        AND OLD.sub_role IS NULL AND OLD.term_role IS NULL AND OLD.term_scope IS NULL)
    EXECUTE FUNCTION staff_keep_floor();
-- What is given has its end and its reason; and who is deactivated is given nothing.
CREATE FUNCTION staff_terms_are_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'staff_terms_whole: what is given for a time has its end and its reason'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'staff_terms_whole', TABLE = 'staff';
END
$$;
CREATE TRIGGER staff_terms BEFORE UPDATE ON staff FOR EACH ROW
    WHEN ((NEW.term_role IS NULL) <> (NEW.term_role_until IS NULL) OR (NEW.term_role IS NULL) <> (NEW.term_role_why IS NULL)
        OR (NEW.term_scope IS NULL) <> (NEW.term_scope_until IS NULL)
        OR (NEW.term_scope IS NULL) <> (NEW.term_scope_why IS NULL)
        OR (NEW.term_role IS NULL AND NEW.term_sub_role IS NOT NULL)
        OR (NEW.state = 'deactivated' AND (NEW.term_role IS NOT NULL OR NEW.term_scope IS NOT NULL)))
    EXECUTE FUNCTION staff_terms_are_whole();
