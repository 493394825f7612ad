-- The trial of a provider's settings under which it vouched for the person; NULL where it did under those that are kept. What was
-- vouched for under a trial that rolled back counts for nothing.
ALTER TABLE staff_session ADD COLUMN trial_id TEXT COLLATE "C" REFERENCES trial (id);
ALTER TABLE sign_in ADD COLUMN trial_id TEXT COLLATE "C" REFERENCES trial (id);
CREATE INDEX staff_session_of_trial ON staff_session (trial_id) WHERE trial_id IS NOT NULL;
-- The trial whose settings the last connection test was of; NULL where it was of those that are kept.
ALTER TABLE identity_provider ADD COLUMN test_trial_id TEXT COLLATE "C" REFERENCES trial (id);
-- What the provider said of the device: a name of the program's; NULL where the row is older.
ALTER TABLE staff_session ADD COLUMN device TEXT COLLATE "C";
ALTER TABLE sign_in ADD COLUMN device TEXT COLLATE "C";
-- The ID token that the session came from, sealed: sent back to the provider as a hint of which session to end there. It is gone
-- with the session.
ALTER TABLE staff_session ADD COLUMN id_token BYTEA;
ALTER TABLE sign_in ADD COLUMN id_token BYTEA;
