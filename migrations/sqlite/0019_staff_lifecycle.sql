-- When and why somebody was deactivated, and the role that went with it. The account is kept for ever.
ALTER TABLE staff ADD COLUMN deactivated_at INTEGER;
ALTER TABLE staff ADD COLUMN deactivated_why TEXT;
ALTER TABLE staff ADD COLUMN former_role TEXT;
CREATE INDEX staff_temporary ON staff (account_until) WHERE account_until IS NOT NULL;

-- What people have to do after a deactivation, and by when.
CREATE TABLE staff_task (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    task TEXT NOT NULL CHECK (task IN ('rotate_secrets', 'review_audit', 'remove_at_provider', 'document')),
    due_at INTEGER NOT NULL,
    done_at INTEGER,
    done_by TEXT REFERENCES staff (id),
    PRIMARY KEY (staff_id, task),
    CHECK ((done_at IS NULL) = (done_by IS NULL))
) STRICT;
CREATE INDEX staff_task_open ON staff_task (due_at) WHERE done_at IS NULL;

-- Somebody always stays super admin who is enrolled, permanent and not limited to some tenants, whoever writes. The one way
-- past it is the server's own command `recover`, which hands such a person a fresh enrolment token.
CREATE TRIGGER staff_floor_update BEFORE UPDATE ON staff
WHEN OLD.role = 'super_admin' AND OLD.state = 'active' AND OLD.account_until IS NULL AND OLD.scope = 'all'
    AND NOT (NEW.role = 'super_admin' AND NEW.account_until IS NULL AND NEW.scope = 'all'
        AND (NEW.state = 'active' OR (NEW.state = 'invited' AND NEW.enrolment_digest IS NOT NULL)))
    AND NOT EXISTS (SELECT 1 FROM staff AS other WHERE other.id <> OLD.id AND other.role = 'super_admin'
        AND other.state = 'active' AND other.account_until IS NULL AND other.scope = 'all')
BEGIN
    SELECT RAISE(ABORT, 'staff_last_super_admin: an enrolled, permanent super admin always stays');
END;
CREATE TRIGGER staff_floor_delete BEFORE DELETE ON staff
WHEN OLD.role = 'super_admin' AND OLD.state = 'active' AND OLD.account_until IS NULL AND OLD.scope = 'all'
    AND NOT EXISTS (SELECT 1 FROM staff AS other WHERE other.id <> OLD.id AND other.role = 'super_admin'
        AND other.state = 'active' AND other.account_until IS NULL AND other.scope = 'all')
BEGIN
    SELECT RAISE(ABORT, 'staff_last_super_admin: an enrolled, permanent super admin always stays');
END;
-- Deactivated is for ever.
CREATE TRIGGER staff_deactivated BEFORE UPDATE ON staff
WHEN OLD.state = 'deactivated' AND (NEW.state <> 'deactivated' OR NEW.role <> OLD.role OR NEW.scope <> OLD.scope)
BEGIN
    SELECT RAISE(ABORT, 'staff_deactivated_for_ever: a deactivated account is never used again');
END;
