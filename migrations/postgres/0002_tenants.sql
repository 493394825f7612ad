-- Identity providers that staff sign in with.
CREATE TABLE identity_provider (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    issuer TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    client_secret BYTEA,
    -- A provider counts only while it is trusted.
    is_trusted BOOLEAN NOT NULL,
    -- E-mail domains of the workforce, separated by spaces; none denies everybody.
    email_domains TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX identity_provider_issuer_unique ON identity_provider (issuer);

-- Tenants, and the people in them: one account a person, one membership a tenant.
CREATE TABLE tenant (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'suspended')),
    consent TEXT COLLATE "C" NOT NULL CHECK (consent IN ('off', 'ask', 'window', 'on')),
    consent_until BIGINT,
    created_at BIGINT NOT NULL,
    CHECK ((consent = 'window') = (consent_until IS NOT NULL))
);
CREATE UNIQUE INDEX tenant_slug_unique ON tenant (slug);
CREATE INDEX tenant_by_name ON tenant (name_key, id);

CREATE TABLE account (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL,
    email_key TEXT COLLATE "C" NOT NULL,
    display_name TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_email_unique ON account (email_key);

CREATE TABLE membership (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenant (id),
    account_id TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    -- Copied from the account, so that a directory is sorted and searched without a join.
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL CHECK (role IN ('owner', 'admin', 'developer', 'billing-admin', 'member')),
    role_rank BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'suspended', 'revoked')),
    -- 0 is never: keyset columns hold no NULL.
    last_seen_at BIGINT NOT NULL,
    passkeys BIGINT NOT NULL,
    has_totp BOOLEAN NOT NULL,
    has_password BOOLEAN NOT NULL,
    risk TEXT COLLATE "C" NOT NULL CHECK (risk IN ('low', 'elevated')),
    joined_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX membership_account_unique ON membership (tenant_id, account_id);
CREATE INDEX membership_by_name ON membership (tenant_id, name_key, id);
CREATE INDEX membership_by_seen ON membership (tenant_id, last_seen_at, id);
CREATE INDEX membership_by_role ON membership (tenant_id, role_rank, id);

-- What a person is found by: normalised words, searched by prefix.
CREATE TABLE membership_token (
    tenant_id TEXT COLLATE "C" NOT NULL,
    token TEXT COLLATE "C" NOT NULL,
    membership_id TEXT COLLATE "C" NOT NULL REFERENCES membership (id),
    PRIMARY KEY (tenant_id, token, membership_id)
);

CREATE TABLE tenant_session (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenant (id),
    membership_id TEXT COLLATE "C" NOT NULL REFERENCES membership (id),
    factor TEXT COLLATE "C" NOT NULL,
    started_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    agent TEXT COLLATE "C" NOT NULL,
    ended_at BIGINT,
    ended_why TEXT COLLATE "C",
    CHECK ((ended_at IS NULL) = (ended_why IS NULL))
);
CREATE INDEX tenant_session_by_tenant ON tenant_session (tenant_id, last_seen_at);
CREATE INDEX tenant_session_by_member ON tenant_session (membership_id, last_seen_at);

CREATE TABLE invitation (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenant (id),
    email TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('pending', 'accepted', 'revoked', 'expired')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX invitation_by_tenant ON invitation (tenant_id, created_at);

CREATE TABLE risk_event (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_id TEXT COLLATE "C" NOT NULL REFERENCES tenant (id),
    membership_id TEXT COLLATE "C" REFERENCES membership (id),
    level TEXT COLLATE "C" NOT NULL CHECK (level IN ('low', 'elevated')),
    cause TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'acknowledged')),
    raised_at BIGINT NOT NULL
);
CREATE INDEX risk_event_open ON risk_event (raised_at) WHERE state = 'open';
