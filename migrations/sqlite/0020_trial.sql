-- Counts what changes of the rules below: whoever keeps them in memory looks whether it is still the one they were read at.
CREATE TABLE in_force (
    name TEXT NOT NULL PRIMARY KEY CHECK (name = 'rules'),
    epoch INTEGER NOT NULL
) STRICT;
INSERT INTO in_force (name, epoch) VALUES ('rules', 1);

-- Network rules that were confirmed, beside those of the configuration file.
CREATE TABLE network_rule (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('corp_ip', 'vpn')),
    cidr TEXT NOT NULL,
    note TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX network_rule_name_unique ON network_rule (name);
CREATE UNIQUE INDEX network_rule_range_unique ON network_rule (cidr);

-- Guard policies that were confirmed, beside those that are shipped.
CREATE TABLE guard_policy (
    name TEXT NOT NULL PRIMARY KEY,
    -- What it says: a JSON object.
    definition TEXT NOT NULL
) STRICT;

-- Changes that are in force for a few minutes, or were. What was in force before stays where it is until a confirmation.
CREATE TABLE trial (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('network_rules', 'guard_policies', 'identity_provider')),
    -- What it is about, in a line.
    about TEXT NOT NULL,
    -- What was kept when it began, and what is tried: JSON.
    kept TEXT NOT NULL,
    tried TEXT NOT NULL,
    reason TEXT NOT NULL,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    started_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'confirmed', 'rolled_back')),
    ended_at INTEGER,
    ended_by TEXT REFERENCES staff (id),
    why TEXT CHECK (why IN ('time', 'hand', 'refused')),
    CHECK ((state = 'pending') = (ended_at IS NULL)),
    CHECK ((state = 'rolled_back') = (why IS NOT NULL))
) STRICT;
-- Of each kind one is tried at a time.
CREATE UNIQUE INDEX trial_pending ON trial (kind) WHERE state = 'pending';
CREATE INDEX trial_listed ON trial (started_at, id);
