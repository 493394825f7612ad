-- How a provider vouches: people are sent to it, or it stands in front and signs what it knows of each request.
ALTER TABLE identity_provider ADD COLUMN kind TEXT NOT NULL DEFAULT 'oidc' CHECK (kind IN ('oidc', 'cloudflare_access', 'google_iap', 'pomerium'));
-- What it must claim of a person, as JSON that the program alone reads.
ALTER TABLE identity_provider ADD COLUMN rules TEXT NOT NULL DEFAULT '{}';
-- The last connection test: when, and what each step said, as JSON; NULL until there was one.
ALTER TABLE identity_provider ADD COLUMN tested_at INTEGER;
ALTER TABLE identity_provider ADD COLUMN test_steps TEXT;
