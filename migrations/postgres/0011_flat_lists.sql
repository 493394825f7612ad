-- What a directory is filtered by, as one small number: role, state, risk and factors of a person (240 of them). It is computed
-- by the database, so that it follows every change of the columns it is made of. `membership/facet.rs` knows the same formula.
ALTER TABLE membership ADD COLUMN facet BIGINT NOT NULL GENERATED ALWAYS AS (
    CASE role WHEN 'owner' THEN 0 WHEN 'admin' THEN 48 WHEN 'developer' THEN 96 WHEN 'billing-admin' THEN 144 ELSE 192 END
    + CASE state WHEN 'active' THEN 0 WHEN 'suspended' THEN 16 ELSE 32 END
    + CASE risk WHEN 'elevated' THEN 8 ELSE 0 END
    + CASE WHEN passkeys > 0 THEN 4 ELSE 0 END
    + CASE WHEN has_totp THEN 2 ELSE 0 END
    + CASE WHEN has_password THEN 1 ELSE 0 END
) STORED;
-- Few people of some facets are found and then sorted; many are met soon on the way along an order, whose index says each one's facet.
CREATE INDEX membership_by_facet ON membership (tenant_id, facet, last_seen_at, id);
DROP INDEX membership_by_name;
CREATE INDEX membership_by_name ON membership (tenant_id, name_key, id, facet, last_seen_at);
DROP INDEX membership_by_seen;
CREATE INDEX membership_by_seen ON membership (tenant_id, last_seen_at, id, facet);
DROP INDEX membership_by_role;
CREATE INDEX membership_by_role ON membership (tenant_id, role_rank, id, facet, last_seen_at);
-- Whether a person is found by one more word.
CREATE INDEX membership_token_by_member ON membership_token (membership_id, token);
-- The spark line of sessions counts from the index alone.
CREATE INDEX tenant_session_by_start ON tenant_session (tenant_id, started_at);

-- The log: who acted, which tenant it concerns and what was refused say outcome and event as well, so that what else is asked is
-- answered before an entry is read, and counts and histograms come from the index alone. Ask in these words.
DROP INDEX audit_entry_by_who;
CREATE INDEX audit_entry_by_who ON audit_entry (scope, coalesce(act_id, actor_id), at, id, outcome, event);
DROP INDEX audit_entry_by_tenant;
CREATE INDEX audit_entry_by_tenant ON audit_entry (scope, coalesce(tenant_id, ''), at, id, outcome, event);
DROP INDEX audit_entry_by_event;
CREATE INDEX audit_entry_by_event ON audit_entry (scope, event, at, id, outcome);
-- outcome <> 'success'
DROP INDEX audit_entry_refused;
CREATE INDEX audit_entry_refused ON audit_entry (scope, at, id, outcome, event) WHERE outcome <> 'success';
