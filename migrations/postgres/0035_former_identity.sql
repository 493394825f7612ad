-- The identity that a fresh enrolment token took away: by it the configuration's own administrators are known on their way back.
ALTER TABLE staff ADD COLUMN former_provider_id TEXT COLLATE "C";
ALTER TABLE staff ADD COLUMN former_subject TEXT COLLATE "C";
