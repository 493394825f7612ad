-- The tenant's side: passwords of its people, their sessions' references, questions to its owner.

-- One password an account, whichever of its tenants it signs in to. `phc` is a PHC string of argon2id. A try is counted
-- before the hash is compared and forgotten when it was right, so that many tries at one moment pass no threshold.
CREATE TABLE account_password (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),
    phc TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    suspended_until INTEGER
) STRICT;

-- How often something was done within a span of time: the counters of rate limits.
CREATE TABLE rate_counter (
    scope TEXT NOT NULL,
    window_at INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (scope, window_at)
) STRICT;
CREATE INDEX rate_counter_by_window ON rate_counter (window_at);

-- The browser holds the reference; this holds its SHA-256. Sessions without one were made up for the demo.
ALTER TABLE tenant_session ADD COLUMN reference BLOB;
CREATE UNIQUE INDEX tenant_session_reference_unique ON tenant_session (reference);
CREATE INDEX tenant_session_running ON tenant_session (last_seen_at) WHERE ended_at IS NULL AND reference IS NOT NULL;

-- A question to the owner, whether staff may make one visit: pending, approved, or over (denied, lapsed, used).
CREATE TABLE consent_request (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    staff_id TEXT NOT NULL REFERENCES staff (id),
    membership_id TEXT REFERENCES membership (id),
    reason TEXT NOT NULL,
    ticket TEXT,
    ttl_micros INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'lapsed', 'used')),
    asked_at INTEGER NOT NULL,
    -- How long an answer is waited for; once approved, how long it holds.
    until_at INTEGER NOT NULL,
    decided_by TEXT REFERENCES membership (id),
    over_at INTEGER,
    CHECK ((over_at IS NULL) = (state IN ('pending', 'approved')))
) STRICT;
CREATE INDEX consent_request_by_tenant ON consent_request (tenant_id, asked_at);
CREATE INDEX consent_request_by_staff ON consent_request (staff_id, tenant_id, asked_at);
CREATE INDEX consent_request_running ON consent_request (until_at) WHERE over_at IS NULL;

-- The owner's answer that a visit was made by, where the owner wants to be asked.
ALTER TABLE impersonation ADD COLUMN consent_request_id TEXT REFERENCES consent_request (id);
CREATE INDEX impersonation_of_tenant ON impersonation (tenant_id, started_at, id);
