-- The session at the identity provider that a session here came from, where the provider named it (`sid`): what its
-- back-channel logout ends. NULL where it did not.
ALTER TABLE staff_session ADD COLUMN provider_session TEXT COLLATE "C";
CREATE INDEX staff_session_by_provider_session ON staff_session (provider_id, provider_session) WHERE ended_at IS NULL;
ALTER TABLE sign_in ADD COLUMN provider_session TEXT COLLATE "C";

-- Logout tokens that were acted on, by the name their issuer gave them: each is good once.
CREATE TABLE logout_token (
    provider_id TEXT COLLATE "C" NOT NULL REFERENCES identity_provider (id),
    name TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (provider_id, name)
);
CREATE INDEX logout_token_expiry ON logout_token (expires_at);
