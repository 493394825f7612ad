-- Levels of passkeys. The format in which a passkey's maker vouched for it, where that was checked against the
-- installation's lists.
ALTER TABLE staff_passkey ADD COLUMN attestation TEXT;
-- The authority that its maker signed under: the SHA-256 of its certificate, in hexadecimal.
ALTER TABLE staff_passkey ADD COLUMN attested_by TEXT;
-- Of what level the passkey was that a session was proved with last; of one of before nothing is known.
ALTER TABLE staff_session ADD COLUMN factor_level TEXT NOT NULL DEFAULT 'any' CHECK (factor_level IN ('any', 'device_bound', 'attested'));
-- The same of a fresh proof; NULL before it is given.
ALTER TABLE step_up ADD COLUMN factor_level TEXT CHECK (factor_level IN ('any', 'device_bound', 'attested'));
