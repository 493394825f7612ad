-- The log of each scope as a Merkle tree (RFC 9162, the tree of RFC 6962). An entry waits in the queue from its own commit on
-- until it has its place; what has a place never changes.

-- What has no leaf yet. The row is written with the entry, in its transaction, and deleted when the leaf is.
CREATE TABLE audit_queue (
    event_id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    scope TEXT NOT NULL,
    -- By the key of the installation, over the log's name and the leaf's hash. NULL: older than the log itself.
    seal BLOB,
    -- When it was found to bear a seal that is not ours. It gets no leaf, and stays for whoever looks into it.
    refused_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO audit_queue (event_id, at, scope) SELECT id, at, scope FROM audit_entry;

CREATE TABLE audit_leaf (
    scope TEXT NOT NULL,
    -- From 0, without a gap.
    leaf_index INTEGER NOT NULL CONSTRAINT audit_leaf_index_from_zero CHECK (leaf_index >= 0),
    at INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    hash BLOB NOT NULL CONSTRAINT audit_leaf_hash_whole CHECK (length(hash) = 32),
    PRIMARY KEY (scope, leaf_index)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX audit_leaf_by_event ON audit_leaf (event_id);
CREATE TRIGGER audit_leaf_no_update BEFORE UPDATE ON audit_leaf
BEGIN
    SELECT RAISE(ABORT, 'audit_leaf_append_only: leaves can be neither changed nor removed');
END;
CREATE TRIGGER audit_leaf_no_delete BEFORE DELETE ON audit_leaf
BEGIN
    SELECT RAISE(ABORT, 'audit_leaf_append_only: leaves can be neither changed nor removed');
END;

-- Complete subtrees at every fourth level, so that a proof takes a few dozen hashes and no whole log.
CREATE TABLE audit_subtree (
    scope TEXT NOT NULL,
    level INTEGER NOT NULL,
    -- Among those of its level, from 0.
    place INTEGER NOT NULL,
    hash BLOB NOT NULL CONSTRAINT audit_subtree_hash_whole CHECK (length(hash) = 32),
    PRIMARY KEY (scope, level, place)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER audit_subtree_no_update BEFORE UPDATE ON audit_subtree
BEGIN
    SELECT RAISE(ABORT, 'audit_subtree_append_only: subtrees can be neither changed nor removed');
END;
CREATE TRIGGER audit_subtree_no_delete BEFORE DELETE ON audit_subtree
BEGIN
    SELECT RAISE(ABORT, 'audit_subtree_append_only: subtrees can be neither changed nor removed');
END;

-- How large each log is, with its last checkpoint. It moves by compare-and-swap on the size.
CREATE TABLE audit_head (
    scope TEXT NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL,
    -- The signed checkpoint, verbatim.
    note TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER audit_head_no_shrinking BEFORE UPDATE ON audit_head WHEN NEW.size < OLD.size OR NEW.scope <> OLD.scope
BEGIN
    SELECT RAISE(ABORT, 'audit_head_append_only: a log never gets smaller');
END;
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN
    SELECT RAISE(ABORT, 'audit_head_append_only: a log never gets smaller');
END;
