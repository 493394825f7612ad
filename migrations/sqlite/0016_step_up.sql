-- A call of staff that needs a fresh proof, until it comes with one: taken once, and good for the one call that has the digest.
CREATE TABLE step_up (
    id TEXT NOT NULL PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES staff_session (id),
    -- SHA-256 of method, operation, target and arguments.
    call BLOB NOT NULL,
    -- asked: its person has not begun; begun: the passkey is asked for; proved: the call may come
    state TEXT NOT NULL CHECK (state IN ('asked', 'begun', 'proved')),
    -- What is told of the call and, for a form, the call itself; sealed.
    told BLOB NOT NULL,
    -- The state of the passkey's challenge, sealed, and the random bytes that bind it to the call.
    ceremony BLOB,
    random BLOB,
    asked_at INTEGER NOT NULL,
    proved_at INTEGER,
    expires_at INTEGER NOT NULL,
    CHECK ((proved_at IS NOT NULL) = (state = 'proved')),
    CHECK (ceremony IS NULL OR random IS NOT NULL),
    CHECK (state <> 'begun' OR ceremony IS NOT NULL)
) STRICT;
CREATE INDEX step_up_by_session ON step_up (session_id, asked_at, id);
CREATE INDEX step_up_expiry ON step_up (expires_at);
