-- One row without meaning, written to prove that a commit reaches the disk. The weight makes it as heavy as a request.
CREATE TABLE readiness (
    name TEXT NOT NULL PRIMARY KEY,
    beats INTEGER NOT NULL,
    weight BLOB NOT NULL
) STRICT;
