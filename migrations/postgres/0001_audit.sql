-- The audit: rows that are written once and never change. Times are microseconds, UTC.
--
-- `canonical` holds the very bytes that were sealed; the other columns repeat what timelines search by, and hold ids only.
-- Every timeline is paged by (at, id), newest first. A log is always read by its scope, so the indexes that serve most
-- reads start with it; what is usually absent is indexed only where it is present. The primary key starts with the
-- time, so that the table can be partitioned by it; for the same reason the index on the id is not unique.
CREATE TABLE audit_entry (
    at BIGINT NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    -- 'platform', or the id of the tenant whose log it is.
    scope TEXT COLLATE "C" NOT NULL,
    event TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL CONSTRAINT audit_entry_outcome_known CHECK (outcome IN ('success', 'denied', 'failed')),
    code TEXT COLLATE "C",
    actor_kind TEXT COLLATE "C" NOT NULL,
    actor_id TEXT COLLATE "C",
    -- The member of staff who really acted, when in somebody's place.
    act_id TEXT COLLATE "C",
    target_kind TEXT COLLATE "C",
    target_id TEXT COLLATE "C",
    tenant_id TEXT COLLATE "C",
    impersonation_id TEXT COLLATE "C",
    session_id TEXT COLLATE "C",
    request_id TEXT COLLATE "C" NOT NULL,
    retention TEXT COLLATE "C" NOT NULL,
    -- Bits: 1 temporary, 2 break-glass, 4 critical.
    flags BIGINT NOT NULL,
    canonical BYTEA NOT NULL,
    PRIMARY KEY (at, id),
    CONSTRAINT audit_entry_code_with_refusal CHECK (outcome <> 'success' OR code IS NULL),
    CONSTRAINT audit_entry_target_whole CHECK ((target_kind IS NULL) = (target_id IS NULL))
);
CREATE INDEX audit_entry_by_id ON audit_entry (id);
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

-- Refuses whatever it is a trigger of; its first argument is the sentence.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%_append_only: %', TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only', TABLE = TG_TABLE_NAME;
END
$$;
CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change('audit entries can be neither changed nor removed');
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('audit entries can be neither changed nor removed');

-- Personal data beside an entry, encrypted under its subject's key. The entry commits to its digest. Erasure destroys
-- the key and leaves these rows as they are.
CREATE TABLE audit_personal (
    event_id TEXT COLLATE "C" NOT NULL,
    slot TEXT COLLATE "C" NOT NULL CONSTRAINT audit_personal_slot_known CHECK (slot IN ('actor', 'subject', 'target')),
    subject_id TEXT COLLATE "C" NOT NULL,
    ciphertext BYTEA NOT NULL,
    PRIMARY KEY (event_id, slot)
);
CREATE INDEX audit_personal_by_subject ON audit_personal (subject_id, event_id);
CREATE TRIGGER audit_personal_no_change BEFORE UPDATE OR DELETE ON audit_personal
    FOR EACH ROW EXECUTE FUNCTION refuse_change('personal data of the audit is erased by destroying its key');
CREATE TRIGGER audit_personal_no_truncate BEFORE TRUNCATE ON audit_personal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('personal data of the audit is erased by destroying its key');

-- The key of each subject, wrapped under the master key. A destroyed one stays as the proof of the erasure.
CREATE TABLE subject_key (
    subject_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    wrapped BYTEA,
    created_at BIGINT NOT NULL,
    destroyed_at BIGINT,
    CONSTRAINT subject_key_present_or_destroyed CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
