-- The tenant's side: passwords of its people, their sessions' references, questions to its owner.

-- One password an account, whichever of its tenants it signs in to. `phc` is a PHC string of argon2id. A try is counted
-- before the hash is compared and forgotten when it was right, so that many tries at one moment pass no threshold.
CREATE TABLE account_password (
    account_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES account (id),
    phc TEXT COLLATE "C" NOT NULL,
    set_at BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    suspended_until BIGINT
);

-- How often something was done within a span of time: the counters of rate limits.
CREATE TABLE rate_counter (
    scope TEXT COLLATE "C" NOT NULL,
    window_at BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (scope, window_at)
);
CREATE INDEX rate_counter_by_window ON rate_counter (window_at);

-- The browser holds the reference; this holds its SHA-256. Sessions without one were made up for the demo.
ALTER TABLE tenant_session ADD COLUMN reference BYTEA;
CREATE UNIQUE INDEX tenant_session_reference_unique ON tenant_session (reference);
CREATE INDEX tenant_session_running ON tenant_session (last_seen_at) WHERE ended_at IS NULL AND reference IS NOT NULL;

-- A question to the owner, whether staff may make one visit: pending, approved, or over (denied, lapsed, used).
CREATE TABLE consent_request (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenant (id),
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    membership_id TEXT COLLATE "C" REFERENCES membership (id),
    reason TEXT COLLATE "C" NOT NULL,
    ticket TEXT COLLATE "C",
    ttl_micros BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'lapsed', 'used')),
    asked_at BIGINT NOT NULL,
    -- How long an answer is waited for; once approved, how long it holds.
    until_at BIGINT NOT NULL,
    decided_by TEXT COLLATE "C" REFERENCES membership (id),
    over_at BIGINT,
    CHECK ((over_at IS NULL) = (state IN ('pending', 'approved')))
);
CREATE INDEX consent_request_by_tenant ON consent_request (tenant_id, asked_at);
CREATE INDEX consent_request_by_staff ON consent_request (staff_id, tenant_id, asked_at);
CREATE INDEX consent_request_running ON consent_request (until_at) WHERE over_at IS NULL;

-- The owner's answer that a visit was made by, where the owner wants to be asked.
ALTER TABLE impersonation ADD COLUMN consent_request_id TEXT COLLATE "C" REFERENCES consent_request (id);
CREATE INDEX impersonation_of_tenant ON impersonation (tenant_id, started_at, id);
