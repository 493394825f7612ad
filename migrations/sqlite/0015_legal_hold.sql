-- What must not be erased or aged out, while it is held: a person's data in the audit, or a whole log. A hold is lifted, never removed.
CREATE TABLE legal_hold (
    kind TEXT NOT NULL CONSTRAINT legal_hold_kind_known CHECK (kind IN ('subject', 'log')),
    -- Whose data, by the id that their key has; or which log.
    name TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    lifted_at INTEGER,
    PRIMARY KEY (kind, name, placed_at)
) STRICT;
CREATE UNIQUE INDEX legal_hold_live ON legal_hold (kind, name) WHERE lifted_at IS NULL;
