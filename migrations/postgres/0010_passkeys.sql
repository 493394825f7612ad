-- A WebAuthn ceremony inside a staff session: another passkey, or a renewed proof. One at a time, sealed, taken once.
CREATE TABLE session_ceremony (
    session_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES staff_session (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('register', 'authenticate')),
    state BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
