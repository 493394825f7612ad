-- An authenticator app of a member of staff, one at most: its secret sealed, and the last step of time whose code was taken.
CREATE TABLE staff_totp (
    staff_id TEXT NOT NULL PRIMARY KEY REFERENCES staff (id),
    secret BLOB NOT NULL,
    last_step INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
) STRICT;

-- An app that is being enrolled in a session: nothing until its first code was typed. One at a time, sealed.
CREATE TABLE totp_enrolment (
    session_id TEXT NOT NULL PRIMARY KEY REFERENCES staff_session (id),
    secret BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX totp_enrolment_expiry ON totp_enrolment (expires_at);

-- Recovery codes, each good once; of a code only a keyed digest is here.
CREATE TABLE recovery_code (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    digest BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER,
    PRIMARY KEY (staff_id, digest)
) STRICT;

-- Wrong codes since the last right one, of each kind.
CREATE TABLE code_attempt (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    kind TEXT NOT NULL CHECK (kind IN ('totp', 'recovery_code')),
    failures INTEGER NOT NULL,
    suspended_until INTEGER,
    PRIMARY KEY (staff_id, kind)
) STRICT;

-- Since when the person of a sign-in has proved themselves with a recovery code: they register a passkey, and nothing else.
ALTER TABLE sign_in ADD COLUMN recovered_at INTEGER;
-- With what a fresh proof was given; NULL before it is given, and for a passkey's of before there was a choice.
ALTER TABLE step_up ADD COLUMN factor TEXT CHECK (factor IN ('passkey', 'totp'));
