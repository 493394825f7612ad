-- What a staff session is narrowed to: one tenant, reads, the view of a narrower role.
ALTER TABLE staff_session ADD COLUMN narrowed_tenant TEXT COLLATE "C" REFERENCES tenant (id);
ALTER TABLE staff_session ADD COLUMN narrowed_reach TEXT NOT NULL DEFAULT 'everything' CHECK (narrowed_reach IN ('everything', 'reads'));
ALTER TABLE staff_session ADD COLUMN viewing_as TEXT;

-- What somebody on their way in asked for; the tenant as it was typed, which nobody looks up before the passkey was used.
ALTER TABLE sign_in ADD COLUMN wished_tenant TEXT;
ALTER TABLE sign_in ADD COLUMN wished_reach TEXT NOT NULL DEFAULT 'everything' CHECK (wished_reach IN ('everything', 'reads'));

-- A session is never widened, whoever writes.
CREATE FUNCTION staff_session_stay_narrow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'staff_session_never_wider: a session is only ever narrowed'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'staff_session_never_wider', TABLE = 'staff_session';
END
$$;
CREATE TRIGGER staff_session_never_wider BEFORE UPDATE ON staff_session FOR EACH ROW
    WHEN ((OLD.narrowed_tenant IS NOT NULL AND NEW.narrowed_tenant IS DISTINCT FROM OLD.narrowed_tenant)
        OR (OLD.narrowed_reach = 'reads' AND NEW.narrowed_reach <> 'reads')
        OR (OLD.viewing_as IS NOT NULL AND NEW.viewing_as IS NULL))
    EXECUTE FUNCTION staff_session_stay_narrow();
