-- What witnesses outside have seen of each log: the largest checkpoint that each has cosigned. Whoever rewrites this table still
-- has the witness against them; it is here so that the next submission knows where to go on from.
CREATE TABLE audit_witness (
    scope TEXT COLLATE "C" NOT NULL,
    -- The name of the witness with the id of its key.
    witness TEXT COLLATE "C" NOT NULL,
    -- 0: it has cosigned nothing yet.
    size BIGINT NOT NULL,
    -- The checkpoint with the cosignature, verbatim.
    note TEXT COLLATE "C",
    seen_at BIGINT,
    -- The last failure, in words. A success later than it does not take it away.
    failed_at BIGINT,
    failure TEXT COLLATE "C",
    -- A size that the witness says it has cosigned and that this log cannot be shown to go on from: it was larger, or another.
    disputed BIGINT,
    PRIMARY KEY (scope, witness),
    CONSTRAINT audit_witness_seen_or_not CHECK ((size = 0) = (note IS NULL) AND (note IS NULL) = (seen_at IS NULL)),
    CONSTRAINT audit_witness_failed_or_not CHECK ((failed_at IS NULL) = (failure IS NULL))
);
CREATE TRIGGER audit_witness_no_shrinking BEFORE UPDATE ON audit_witness
    FOR EACH ROW WHEN (NEW.size < OLD.size OR NEW.scope <> OLD.scope OR NEW.witness <> OLD.witness)
    EXECUTE FUNCTION refuse_change('what a witness has seen never gets smaller');
CREATE TRIGGER audit_witness_no_delete BEFORE DELETE ON audit_witness
    FOR EACH ROW EXECUTE FUNCTION refuse_change('what a witness has seen never gets smaller');
CREATE TRIGGER audit_witness_no_truncate BEFORE TRUNCATE ON audit_witness
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('what a witness has seen never gets smaller');
