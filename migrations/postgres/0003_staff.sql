-- Staff: people of the platform, wholly apart from tenants' people.
CREATE TABLE staff (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL,
    display_name TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('super_admin', 'support', 'security', 'read_only')),
    -- invited: not enrolled; claimed: identity bound, first passkey pending; active; deactivated: for ever
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('invited', 'claimed', 'active', 'deactivated')),
    provider_id TEXT COLLATE "C" REFERENCES identity_provider (id),
    subject TEXT COLLATE "C",
    scope TEXT COLLATE "C" NOT NULL CHECK (scope IN ('all', 'listed')),
    account_until BIGINT,
    claimed_until BIGINT,
    justification TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    CHECK ((provider_id IS NULL) = (subject IS NULL))
);
CREATE UNIQUE INDEX staff_email_unique ON staff (email_key);
-- Staff are found by provider and subject, never by e-mail.
CREATE UNIQUE INDEX staff_identity_unique ON staff (provider_id, subject);

CREATE TABLE staff_scope (
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenant (id),
    PRIMARY KEY (staff_id, tenant_id)
);

CREATE TABLE staff_passkey (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    name TEXT COLLATE "C" NOT NULL,
    credential_id BYTEA NOT NULL,
    passkey TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX staff_passkey_credential_unique ON staff_passkey (credential_id);
CREATE INDEX staff_passkey_by_staff ON staff_passkey (staff_id);

-- The browser holds the reference; this holds its SHA-256.
CREATE TABLE staff_session (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    reference BYTEA NOT NULL,
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    provider_id TEXT COLLATE "C" NOT NULL REFERENCES identity_provider (id),
    factor TEXT COLLATE "C" NOT NULL CHECK (factor IN ('passkey', 'totp')),
    factor_at BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    agent TEXT COLLATE "C" NOT NULL,
    ended_at BIGINT,
    ended_why TEXT COLLATE "C",
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
CREATE UNIQUE INDEX staff_session_reference_unique ON staff_session (reference);
CREATE INDEX staff_session_by_staff ON staff_session (staff_id, started_at);
CREATE INDEX staff_session_running ON staff_session (last_seen_at) WHERE ended_at IS NULL;

-- A sign-in on its way from the provider to a session; taken, never read twice.
CREATE TABLE sign_in (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    reference BYTEA NOT NULL,
    provider_id TEXT COLLATE "C" NOT NULL REFERENCES identity_provider (id),
    state BYTEA NOT NULL,
    nonce TEXT COLLATE "C" NOT NULL,
    verifier BYTEA NOT NULL,
    staff_id TEXT COLLATE "C" REFERENCES staff (id),
    identified_at BIGINT,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX sign_in_reference_unique ON sign_in (reference);
CREATE INDEX sign_in_expiry ON sign_in (expires_at);

-- One WebAuthn ceremony in flight for a sign-in; a new one replaces it.
CREATE TABLE ceremony (
    sign_in_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES sign_in (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('register', 'authenticate')),
    state BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Impersonation: one visit of one member of staff to one tenant, bound to a staff session.
CREATE TABLE impersonation (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    staff_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    session_id TEXT COLLATE "C" NOT NULL REFERENCES staff_session (id),
    tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenant (id),
    membership_id TEXT COLLATE "C" REFERENCES membership (id),
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('admin', 'developer', 'billing-admin', 'member')),
    mode TEXT COLLATE "C" NOT NULL CHECK (mode IN ('read_only', 'write')),
    reason TEXT COLLATE "C" NOT NULL,
    ticket TEXT COLLATE "C",
    started_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    reference BYTEA,
    ended_at BIGINT,
    ended_why TEXT COLLATE "C",
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
CREATE UNIQUE INDEX impersonation_reference_unique ON impersonation (reference);
CREATE INDEX impersonation_running ON impersonation (staff_id) WHERE ended_at IS NULL;
CREATE INDEX impersonation_by_session ON impersonation (session_id);
CREATE INDEX impersonation_by_time ON impersonation (started_at);

-- The single-use code that carries a visit to the tenant's host.
CREATE TABLE handoff (
    code BYTEA NOT NULL PRIMARY KEY,
    impersonation_id TEXT COLLATE "C" NOT NULL REFERENCES impersonation (id),
    session_id TEXT COLLATE "C" NOT NULL REFERENCES staff_session (id),
    nonce BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);

-- A message to show once, to the owner of a session, a visit or a sign-in.
CREATE TABLE flash (
    owner TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    body TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE break_glass_request (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    requester_id TEXT COLLATE "C" NOT NULL REFERENCES staff (id),
    operation TEXT COLLATE "C" NOT NULL,
    tenant_id TEXT COLLATE "C" REFERENCES tenant (id),
    reason TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'expired', 'used', 'revoked')),
    approvals BIGINT NOT NULL,
    quorum BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
