-- A passkey whose signature counter did not advance: there may be two of it. It proves nothing any more, until it is removed.
ALTER TABLE staff_passkey ADD COLUMN copied_at INTEGER;

-- Risk is of a member of staff, of a tenant's person, or of a tenant as such.
CREATE TABLE risk_event_next (
    id TEXT NOT NULL PRIMARY KEY,
    staff_id TEXT REFERENCES staff (id),
    tenant_id TEXT REFERENCES tenant (id),
    membership_id TEXT REFERENCES membership (id),
    kind TEXT NOT NULL,
    score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
    level TEXT NOT NULL CHECK (level IN ('low', 'elevated', 'high', 'critical')),
    cause TEXT NOT NULL,
    -- What is known, for people: a JSON list of pairs of a label and a value.
    facts TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved', 'false_positive')),
    assignee_id TEXT REFERENCES staff (id),
    -- Counts the changes: who changes it says which it saw.
    version INTEGER NOT NULL,
    raised_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    CHECK ((staff_id IS NULL) <> (tenant_id IS NULL)),
    CHECK (membership_id IS NULL OR tenant_id IS NOT NULL)
) STRICT;
INSERT INTO risk_event_next (id, tenant_id, membership_id, kind, score, level, cause, facts, state, version, raised_at, changed_at)
    SELECT id, tenant_id, membership_id, 'reported', CASE level WHEN 'low' THEN 15 ELSE 45 END, level, cause, '[]', state, 0, raised_at, raised_at
    FROM risk_event;
DROP TABLE risk_event;
ALTER TABLE risk_event_next RENAME TO risk_event;
CREATE INDEX risk_event_open ON risk_event (raised_at) WHERE state = 'open';
CREATE INDEX risk_event_of_member ON risk_event (membership_id, raised_at);
CREATE INDEX risk_event_of_staff ON risk_event (staff_id, raised_at);
CREATE INDEX risk_event_listed ON risk_event (raised_at, id);

-- The entries of the audit that a risk was raised for.
CREATE TABLE risk_event_entry (
    risk_id TEXT NOT NULL REFERENCES risk_event (id),
    entry_id TEXT NOT NULL,
    PRIMARY KEY (risk_id, entry_id)
) STRICT;

-- What was done about it, and noted, by whom. Added to only.
CREATE TABLE risk_event_step (
    risk_id TEXT NOT NULL REFERENCES risk_event (id),
    number INTEGER NOT NULL,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    step TEXT NOT NULL,
    note TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (risk_id, number)
) STRICT;
