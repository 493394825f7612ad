-- What a staff session is narrowed to: one tenant, reads, the view of a narrower role.
ALTER TABLE staff_session ADD COLUMN narrowed_tenant TEXT REFERENCES tenant (id);
ALTER TABLE staff_session ADD COLUMN narrowed_reach TEXT NOT NULL DEFAULT 'everything' CHECK (narrowed_reach IN ('everything', 'reads'));
ALTER TABLE staff_session ADD COLUMN viewing_as TEXT;

-- What somebody on their way in asked for; the tenant as it was typed, which nobody looks up before the passkey was used.
ALTER TABLE sign_in ADD COLUMN wished_tenant TEXT;
ALTER TABLE sign_in ADD COLUMN wished_reach TEXT NOT NULL DEFAULT 'everything' CHECK (wished_reach IN ('everything', 'reads'));

-- A session is never widened, whoever writes.
CREATE TRIGGER staff_session_never_wider BEFORE UPDATE ON staff_session
WHEN (OLD.narrowed_tenant IS NOT NULL AND NEW.narrowed_tenant IS NOT OLD.narrowed_tenant)
    OR (OLD.narrowed_reach = 'reads' AND NEW.narrowed_reach <> 'reads')
    OR (OLD.viewing_as IS NOT NULL AND NEW.viewing_as IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'staff_session_never_wider: a session is only ever narrowed');
END;
