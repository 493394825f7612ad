-- Identity providers that staff sign in with.
CREATE TABLE identity_provider (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret BLOB,
    -- A provider counts only while it is trusted.
    is_trusted INTEGER NOT NULL,
    -- E-mail domains of the workforce, separated by spaces; none denies everybody.
    email_domains TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX identity_provider_issuer_unique ON identity_provider (issuer);

-- Tenants, and the people in them: one account a person, one membership a tenant.
CREATE TABLE tenant (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended')),
    consent TEXT NOT NULL CHECK (consent IN ('off', 'ask', 'window', 'on')),
    consent_until INTEGER,
    created_at INTEGER NOT NULL,
    CHECK ((consent = 'window') = (consent_until IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX tenant_slug_unique ON tenant (slug);
CREATE INDEX tenant_by_name ON tenant (name_key, id);

CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    display_name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX account_email_unique ON account (email_key);

CREATE TABLE membership (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    -- Copied from the account, so that a directory is sorted and searched without a join.
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'developer', 'billing-admin', 'member')),
    role_rank INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'revoked')),
    -- 0 is never: keyset columns hold no NULL.
    last_seen_at INTEGER NOT NULL,
    passkeys INTEGER NOT NULL,
    has_totp INTEGER NOT NULL,
    has_password INTEGER NOT NULL,
    risk TEXT NOT NULL CHECK (risk IN ('low', 'elevated')),
    joined_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX membership_account_unique ON membership (tenant_id, account_id);
CREATE INDEX membership_by_name ON membership (tenant_id, name_key, id);
CREATE INDEX membership_by_seen ON membership (tenant_id, last_seen_at, id);
CREATE INDEX membership_by_role ON membership (tenant_id, role_rank, id);

-- What a person is found by: normalised words, searched by prefix.
CREATE TABLE membership_token (
    tenant_id TEXT NOT NULL,
    token TEXT NOT NULL,
    membership_id TEXT NOT NULL REFERENCES membership (id),
    PRIMARY KEY (tenant_id, token, membership_id)
) STRICT;

CREATE TABLE tenant_session (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    membership_id TEXT NOT NULL REFERENCES membership (id),
    factor TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    ended_at INTEGER,
    ended_why TEXT,
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
) STRICT;
CREATE INDEX tenant_session_by_tenant ON tenant_session (tenant_id, last_seen_at);
CREATE INDEX tenant_session_by_member ON tenant_session (membership_id, last_seen_at);

CREATE TABLE invitation (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'revoked', 'expired')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX invitation_by_tenant ON invitation (tenant_id, created_at);

CREATE TABLE risk_event (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    membership_id TEXT REFERENCES membership (id),
    level TEXT NOT NULL CHECK (level IN ('low', 'elevated')),
    cause TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged')),
    raised_at INTEGER NOT NULL
) STRICT;
CREATE INDEX risk_event_open ON risk_event (raised_at) WHERE state = 'open';
