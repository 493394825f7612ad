-- The log of each scope as a Merkle tree (RFC 9162, the tree of RFC 6962). An entry waits in the queue from its own commit on
-- until it has its place; what has a place never changes.

-- What has no leaf yet. The row is written with the entry, in its transaction, and deleted when the leaf is.
CREATE TABLE audit_queue (
    event_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    -- By the key of the installation, over the log's name and the leaf's hash. NULL: older than the log itself.
    seal BYTEA,
    -- When it was found to bear a seal that is not ours. It gets no leaf, and stays for whoever looks into it.
    refused_at BIGINT
);
INSERT INTO audit_queue (event_id, at, scope) SELECT id, at, scope FROM audit_entry;

CREATE TABLE audit_leaf (
    scope TEXT COLLATE "C" NOT NULL,
    -- From 0, without a gap.
    leaf_index BIGINT NOT NULL CONSTRAINT audit_leaf_index_from_zero CHECK (leaf_index >= 0),
    at BIGINT NOT NULL,
    event_id TEXT COLLATE "C" NOT NULL,
    hash BYTEA NOT NULL CONSTRAINT audit_leaf_hash_whole CHECK (length(hash) = 32),
    PRIMARY KEY (scope, leaf_index)
);
CREATE UNIQUE INDEX audit_leaf_by_event ON audit_leaf (event_id);
CREATE TRIGGER audit_leaf_no_change BEFORE UPDATE OR DELETE ON audit_leaf
    FOR EACH ROW EXECUTE FUNCTION refuse_change('leaves can be neither changed nor removed');
CREATE TRIGGER audit_leaf_no_truncate BEFORE TRUNCATE ON audit_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('leaves can be neither changed nor removed');

-- Complete subtrees at every fourth level, so that a proof takes a few dozen hashes and no whole log.
CREATE TABLE audit_subtree (
    scope TEXT COLLATE "C" NOT NULL,
    level BIGINT NOT NULL,
    -- Among those of its level, from 0.
    place BIGINT NOT NULL,
    hash BYTEA NOT NULL CONSTRAINT audit_subtree_hash_whole CHECK (length(hash) = 32),
    PRIMARY KEY (scope, level, place)
);
CREATE TRIGGER audit_subtree_no_change BEFORE UPDATE OR DELETE ON audit_subtree
    FOR EACH ROW EXECUTE FUNCTION refuse_change('subtrees can be neither changed nor removed');
CREATE TRIGGER audit_subtree_no_truncate BEFORE TRUNCATE ON audit_subtree
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('subtrees can be neither changed nor removed');

-- How large each log is, with its last checkpoint. It moves by compare-and-swap on the size.
CREATE TABLE audit_head (
    scope TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    -- The signed checkpoint, verbatim.
    note TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL
);
CREATE TRIGGER audit_head_no_shrinking BEFORE UPDATE ON audit_head
    FOR EACH ROW WHEN (NEW.size < OLD.size OR NEW.scope <> OLD.scope)
    EXECUTE FUNCTION refuse_change('a log never gets smaller');
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
    FOR EACH ROW EXECUTE FUNCTION refuse_change('a log never gets smaller');
CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('a log never gets smaller');
