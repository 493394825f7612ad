-- A WebAuthn ceremony inside a staff session: another passkey, or a renewed proof. One at a time, sealed, taken once.
CREATE TABLE session_ceremony (
    session_id TEXT NOT NULL PRIMARY KEY REFERENCES staff_session (id),
    kind TEXT NOT NULL CHECK (kind IN ('register', 'authenticate')),
    state BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
