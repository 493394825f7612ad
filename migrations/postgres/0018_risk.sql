-- A passkey whose signature counter did not advance: there may be two of it. It proves nothing any more, until it is removed.
ALTER TABLE staff_passkey ADD COLUMN copied_at BIGINT;

-- Risk is of a member of staff, of a tenant's person, or of a tenant as such.
ALTER TABLE risk_event ALTER COLUMN tenant_id DROP NOT NULL;
ALTER TABLE risk_event ADD COLUMN staff_id TEXT COLLATE "C" REFERENCES staff (id);
ALTER TABLE risk_event ADD COLUMN kind TEXT COLLATE "C" NOT NULL DEFAULT 'reported';
ALTER TABLE risk_event ADD COLUMN score BIGINT NOT NULL DEFAULT 45 CHECK (score BETWEEN 0 AND 100);
-- What is known, for people: a JSON list of pairs of a label and a value.
ALTER TABLE risk_event ADD COLUMN facts TEXT NOT NULL DEFAULT '[]';
ALTER TABLE risk_event ADD COLUMN assignee_id TEXT COLLATE "C" REFERENCES staff (id);
-- Counts the changes: who changes it says which it saw.
ALTER TABLE risk_event ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE risk_event ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
UPDATE risk_event SET changed_at = raised_at, score = CASE level WHEN 'low' THEN 15 ELSE 45 END;
ALTER TABLE risk_event ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE risk_event ALTER COLUMN score DROP DEFAULT;
ALTER TABLE risk_event ALTER COLUMN facts DROP DEFAULT;
ALTER TABLE risk_event ALTER COLUMN version DROP DEFAULT;
ALTER TABLE risk_event ALTER COLUMN changed_at DROP DEFAULT;
ALTER TABLE risk_event DROP CONSTRAINT risk_event_level_check;
ALTER TABLE risk_event ADD CHECK (level IN ('low', 'elevated', 'high', 'critical'));
ALTER TABLE risk_event DROP CONSTRAINT risk_event_state_check;
ALTER TABLE risk_event ADD CHECK (state IN ('open', 'acknowledged', 'resolved', 'false_positive'));
ALTER TABLE risk_event ADD CHECK ((staff_id IS NULL) <> (tenant_id IS NULL));
ALTER TABLE risk_event ADD CHECK (membership_id IS NULL OR tenant_id IS NOT NULL);
CREATE INDEX risk_event_of_staff ON risk_event (staff_id, raised_at);
CREATE INDEX risk_event_listed ON risk_event (raised_at, id);

-- The entries of the audit that a risk was raised for.
CREATE TABLE risk_event_entry (
    risk_id TEXT COLLATE "C" NOT NULL REFERENCES risk_event (id),
    entry_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (risk_id, entry_id)
);

-- What was done about it, and noted, by whom. Added to only.
CREATE TABLE risk_event_step (
    risk_id TEXT COLLATE "C" NOT NULL REFERENCES risk_event (id),
    number BIGINT NOT NULL,
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    step TEXT COLLATE "C" NOT NULL,
    note TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (risk_id, number)
);
