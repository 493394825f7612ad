-- One row without meaning, written to prove that a commit reaches the disk. The weight makes it as heavy as a request,
-- so it is kept as it is and not compressed.
CREATE TABLE readiness (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    beats BIGINT NOT NULL,
    weight BYTEA NOT NULL
);
ALTER TABLE readiness ALTER COLUMN weight SET STORAGE EXTERNAL;
