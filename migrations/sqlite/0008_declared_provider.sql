-- What the configuration file declares is changed there, not in the console.
ALTER TABLE identity_provider ADD COLUMN declared INTEGER NOT NULL DEFAULT 0;
