-- One row without meaning, written to prove that a commit reaches the disk.
CREATE TABLE readiness (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    beats BIGINT NOT NULL
);
