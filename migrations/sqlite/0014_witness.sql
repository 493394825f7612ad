-- What witnesses outside have seen of each log: the largest checkpoint that each has cosigned. Whoever rewrites this table still
-- has the witness against them; it is here so that the next submission knows where to go on from.
CREATE TABLE audit_witness (
    scope TEXT NOT NULL,
    -- The name of the witness with the id of its key.
    witness TEXT NOT NULL,
    -- 0: it has cosigned nothing yet.
    size INTEGER NOT NULL,
    -- The checkpoint with the cosignature, verbatim.
    note TEXT,
    seen_at INTEGER,
    -- The last failure, in words. A success later than it does not take it away.
    failed_at INTEGER,
    failure TEXT,
    -- A size that the witness says it has cosigned and that this log cannot be shown to go on from: it was larger, or another.
    disputed INTEGER,
    PRIMARY KEY (scope, witness),
    CONSTRAINT audit_witness_seen_or_not CHECK ((size = 0) = (note IS NULL) AND (note IS NULL) = (seen_at IS NULL)),
    CONSTRAINT audit_witness_failed_or_not CHECK ((failed_at IS NULL) = (failure IS NULL))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER audit_witness_no_shrinking BEFORE UPDATE ON audit_witness
WHEN NEW.size < OLD.size OR NEW.scope <> OLD.scope OR NEW.witness <> OLD.witness
BEGIN
    SELECT RAISE(ABORT, 'audit_witness_append_only: what a witness has seen never gets smaller');
END;
CREATE TRIGGER audit_witness_no_delete BEFORE DELETE ON audit_witness
BEGIN
    SELECT RAISE(ABORT, 'audit_witness_append_only: what a witness has seen never gets smaller');
END;
