-- An authenticator app of a member of staff, one at most: its secret sealed, and the last step of time whose code was taken.
CREATE TABLE staff_totp (
    staff_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES staff (id),
    secret BYTEA NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);

-- An app that is being enrolled in a session: nothing until its first code was typed. One at a time, sealed.
CREATE TABLE totp_enrolment (
    session_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES staff_session (id),
    secret BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX totp_enrolment_expiry ON totp_enrolment (expires_at);

-- Recovery codes, each good once; of a code only a keyed digest is here.
CREATE TABLE recovery_code (
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    digest BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (staff_id, digest)
);

-- Wrong codes since the last right one, of each kind.
CREATE TABLE code_attempt (
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('totp', 'recovery_code')),
    failures BIGINT NOT NULL,
    suspended_until BIGINT,
    PRIMARY KEY (staff_id, kind)
);

-- Since when the person of a sign-in has proved themselves with a recovery code: they register a passkey, and nothing else.
ALTER TABLE sign_in ADD COLUMN recovered_at BIGINT;
-- With what a fresh proof was given; NULL before it is given, and for a passkey's of before there was a choice.
ALTER TABLE step_up ADD COLUMN factor TEXT COLLATE "C" CHECK (factor IN ('passkey', 'totp'));
