-- The audit: rows that are written once and never change. Times are microseconds, UTC.
--
-- `canonical` holds the very bytes that were sealed; the other columns repeat what timelines search by, and hold ids only.
-- Every timeline is paged by (at, id), newest first. A log is always read by its scope, so the indexes that serve most
-- reads start with it; what is usually absent is indexed only where it is present.
CREATE TABLE audit_entry (
    at INTEGER NOT NULL,
    id TEXT NOT NULL,
    -- 'platform', or the id of the tenant whose log it is.
    scope TEXT NOT NULL,
    event TEXT NOT NULL,
    outcome TEXT NOT NULL CONSTRAINT audit_entry_outcome_known CHECK (outcome IN ('success', 'denied', 'failed')),
    code TEXT,
    actor_kind TEXT NOT NULL,
    actor_id TEXT,
    -- The member of staff who really acted, when in somebody's place.
    act_id TEXT,
    target_kind TEXT,
    target_id TEXT,
    tenant_id TEXT,
    impersonation_id TEXT,
    session_id TEXT,
    request_id TEXT NOT NULL,
    retention TEXT NOT NULL,
    -- Bits: 1 temporary, 2 break-glass, 4 critical.
    flags INTEGER NOT NULL,
    canonical BLOB NOT NULL,
    PRIMARY KEY (at, id),
    CONSTRAINT audit_entry_code_with_refusal CHECK (outcome <> 'success' OR code IS NULL),
    CONSTRAINT audit_entry_target_whole CHECK ((target_kind IS NULL) = (target_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX audit_entry_by_id ON audit_entry (id);
CREATE INDEX audit_entry_by_scope ON audit_entry (scope, at, id);
CREATE INDEX audit_entry_by_event ON audit_entry (scope, event, at, id);
-- Ask for it in these words: outcome <> 'success' AND outcome = $1.
CREATE INDEX audit_entry_refused ON audit_entry (scope, at, id) WHERE outcome <> 'success';
CREATE INDEX audit_entry_by_actor ON audit_entry (actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_entry_by_act ON audit_entry (act_id, at, id) WHERE act_id IS NOT NULL;
CREATE INDEX audit_entry_by_target ON audit_entry (target_id, at, id) WHERE target_id IS NOT NULL;
CREATE INDEX audit_entry_by_tenant ON audit_entry (tenant_id, at, id) WHERE tenant_id IS NOT NULL;
CREATE INDEX audit_entry_by_impersonation ON audit_entry (impersonation_id, at, id) WHERE impersonation_id IS NOT NULL;
CREATE INDEX audit_entry_by_session ON audit_entry (session_id, at, id) WHERE session_id IS NOT NULL;
CREATE INDEX audit_entry_by_request ON audit_entry (request_id, at, id);

-- Triggers of this name's rule: also against INSERT OR REPLACE, for connections run with recursive_triggers.
CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN
    SELECT RAISE(ABORT, 'audit_entry_append_only: audit entries can be neither changed nor removed');
END;
CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN
    SELECT RAISE(ABORT, 'audit_entry_append_only: audit entries can be neither changed nor removed');
END;

-- Personal data beside an entry, encrypted under its subject's key. The entry commits to its digest. Erasure destroys
-- the key and leaves these rows as they are.
CREATE TABLE audit_personal (
    event_id TEXT NOT NULL,
    slot TEXT NOT NULL CONSTRAINT audit_personal_slot_known CHECK (slot IN ('actor', 'subject', 'target')),
    subject_id TEXT NOT NULL,
    ciphertext BLOB NOT NULL,
    PRIMARY KEY (event_id, slot)
) STRICT;
CREATE INDEX audit_personal_by_subject ON audit_personal (subject_id, event_id);
CREATE TRIGGER audit_personal_no_update BEFORE UPDATE ON audit_personal
BEGIN
    SELECT RAISE(ABORT, 'audit_personal_append_only: personal data of the audit is erased by destroying its key');
END;
CREATE TRIGGER audit_personal_no_delete BEFORE DELETE ON audit_personal
BEGIN
    SELECT RAISE(ABORT, 'audit_personal_append_only: personal data of the audit is erased by destroying its key');
END;

-- The key of each subject, wrapped under the master key. A destroyed one stays as the proof of the erasure.
CREATE TABLE subject_key (
    subject_id TEXT NOT NULL PRIMARY KEY,
    wrapped BLOB,
    created_at INTEGER NOT NULL,
    destroyed_at INTEGER,
    CONSTRAINT subject_key_present_or_destroyed CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
) STRICT;
