-- What must not be erased or aged out, while it is held: a person's data in the audit, or a whole log. A hold is lifted, never removed.
CREATE TABLE legal_hold (
    kind TEXT COLLATE "C" NOT NULL CONSTRAINT legal_hold_kind_known CHECK (kind IN ('subject', 'log')),
    -- Whose data, by the id that their key has; or which log.
    name TEXT COLLATE "C" NOT NULL,
    placed_at BIGINT NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    lifted_at BIGINT,
    PRIMARY KEY (kind, name, placed_at)
);
CREATE UNIQUE INDEX legal_hold_live ON legal_hold (kind, name) WHERE lifted_at IS NULL;
