-- One row without meaning, written to prove that a commit reaches the disk.
CREATE TABLE readiness (
    name TEXT NOT NULL PRIMARY KEY,
    beats INTEGER NOT NULL
) STRICT;
