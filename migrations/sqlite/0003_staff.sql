-- Staff: people of the platform, wholly apart from tenants' people.
CREATE TABLE staff (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('super_admin', 'support', 'security', 'read_only')),
    -- invited: not enrolled; claimed: identity bound, first passkey pending; active; deactivated: for ever
    state TEXT NOT NULL CHECK (state IN ('invited', 'claimed', 'active', 'deactivated')),
    provider_id TEXT REFERENCES identity_provider (id),
    subject TEXT,
    scope TEXT NOT NULL CHECK (scope IN ('all', 'listed')),
    account_until INTEGER,
    claimed_until INTEGER,
    justification TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CHECK ((provider_id IS NULL) = (subject IS NULL))
) STRICT;
CREATE UNIQUE INDEX staff_email_unique ON staff (email_key);
-- Staff are found by provider and subject, never by e-mail.
CREATE UNIQUE INDEX staff_identity_unique ON staff (provider_id, subject);

CREATE TABLE staff_scope (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    PRIMARY KEY (staff_id, tenant_id)
) STRICT;

CREATE TABLE staff_passkey (
    id TEXT NOT NULL PRIMARY KEY,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    name TEXT NOT NULL,
    credential_id BLOB NOT NULL,
    passkey TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX staff_passkey_credential_unique ON staff_passkey (credential_id);
CREATE INDEX staff_passkey_by_staff ON staff_passkey (staff_id);

-- The browser holds the reference; this holds its SHA-256.
CREATE TABLE staff_session (
    id TEXT NOT NULL PRIMARY KEY,
    reference BLOB NOT NULL,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    provider_id TEXT NOT NULL REFERENCES identity_provider (id),
    factor TEXT NOT NULL CHECK (factor IN ('passkey', 'totp')),
    factor_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    ended_at INTEGER,
    ended_why TEXT,
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
) STRICT;
CREATE UNIQUE INDEX staff_session_reference_unique ON staff_session (reference);
CREATE INDEX staff_session_by_staff ON staff_session (staff_id, started_at);
CREATE INDEX staff_session_running ON staff_session (last_seen_at) WHERE ended_at IS NULL;

-- A sign-in on its way from the provider to a session; taken, never read twice.
CREATE TABLE sign_in (
    id TEXT NOT NULL PRIMARY KEY,
    reference BLOB NOT NULL,
    provider_id TEXT NOT NULL REFERENCES identity_provider (id),
    state BLOB NOT NULL,
    nonce TEXT NOT NULL,
    verifier BLOB NOT NULL,
    staff_id TEXT REFERENCES staff (id),
    identified_at INTEGER,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX sign_in_reference_unique ON sign_in (reference);
CREATE INDEX sign_in_expiry ON sign_in (expires_at);

-- One WebAuthn ceremony in flight for a sign-in; a new one replaces it.
CREATE TABLE ceremony (
    sign_in_id TEXT NOT NULL PRIMARY KEY REFERENCES sign_in (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('register', 'authenticate')),
    state BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Impersonation: one visit of one member of staff to one tenant, bound to a staff session.
CREATE TABLE impersonation (
    id TEXT NOT NULL PRIMARY KEY,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    session_id TEXT NOT NULL REFERENCES staff_session (id),
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    membership_id TEXT REFERENCES membership (id),
    role TEXT NOT NULL CHECK (role IN ('admin', 'developer', 'billing-admin', 'member')),
    mode TEXT NOT NULL CHECK (mode IN ('read_only', 'write')),
    reason TEXT NOT NULL,
    ticket TEXT,
    started_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    reference BLOB,
    ended_at INTEGER,
    ended_why TEXT,
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
) STRICT;
CREATE UNIQUE INDEX impersonation_reference_unique ON impersonation (reference);
CREATE INDEX impersonation_running ON impersonation (staff_id) WHERE ended_at IS NULL;
CREATE INDEX impersonation_by_session ON impersonation (session_id);
CREATE INDEX impersonation_by_time ON impersonation (started_at);

-- The single-use code that carries a visit to the tenant's host.
CREATE TABLE handoff (
    code BLOB NOT NULL PRIMARY KEY,
    impersonation_id TEXT NOT NULL REFERENCES impersonation (id),
    session_id TEXT NOT NULL REFERENCES staff_session (id),
    nonce BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- A message to show once, to the owner of a session, a visit or a sign-in.
CREATE TABLE flash (
    owner TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE break_glass_request (
    id TEXT NOT NULL PRIMARY KEY,
    requester_id TEXT NOT NULL REFERENCES staff (id),
    operation TEXT NOT NULL,
    tenant_id TEXT REFERENCES tenant (id),
    reason TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'denied', 'expired', 'used', 'revoked')),
    approvals INTEGER NOT NULL,
    quorum INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
