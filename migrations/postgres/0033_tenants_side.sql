-- What the tenants' side of the program may know of the staff's. It reads these views and none of the tables behind them: only
-- whoever is inside a tenant, only while they are, and neither references nor tokens.
CREATE VIEW visiting_session AS
    SELECT id, staff_id, provider_id, factor, factor_level, factor_at, started_at, ends_at, last_seen_at, ended_at, ended_why,
        trial_id, narrowed_tenant, narrowed_reach, viewing_as, device
    FROM staff_session
    WHERE EXISTS (SELECT 1 FROM impersonation WHERE impersonation.session_id = staff_session.id AND impersonation.ended_at IS NULL);
CREATE VIEW visiting_staff AS
    SELECT id, email, display_name, role, state, provider_id, subject, scope, account_until, claimed_until, responsibilities, sub_role,
        term_role, term_sub_role, term_role_until, '' AS term_role_why, term_scope, term_scope_until, '' AS term_scope_why
    FROM staff
    WHERE EXISTS (SELECT 1 FROM impersonation WHERE impersonation.staff_id = staff.id AND impersonation.ended_at IS NULL);
CREATE VIEW visiting_scope AS
    SELECT staff_id, tenant_id FROM staff_scope
    WHERE EXISTS (SELECT 1 FROM impersonation WHERE impersonation.staff_id = staff_scope.staff_id AND impersonation.ended_at IS NULL);
CREATE VIEW visiting_term_scope AS
    SELECT staff_id, tenant_id FROM staff_term_scope
    WHERE EXISTS (SELECT 1 FROM impersonation WHERE impersonation.staff_id = staff_term_scope.staff_id AND impersonation.ended_at IS NULL);
CREATE VIEW visiting_provider AS
    SELECT id, name, issuer, client_id, NULL::bytea AS client_secret, is_trusted, email_domains, declared, kind, rules FROM identity_provider;
-- By what name a tenant knows whoever was inside, or asked to be.
CREATE VIEW visitor_name AS
    SELECT id, display_name FROM staff
    WHERE EXISTS (SELECT 1 FROM impersonation WHERE impersonation.staff_id = staff.id)
        OR EXISTS (SELECT 1 FROM consent_request WHERE consent_request.staff_id = staff.id);

-- A call inside a tenant is activity of the session behind the visit. The tenants' side writes the visit's own row; the session
-- follows from it, with the rights of the schema's owner.
CREATE FUNCTION impersonation_is_activity() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('UPDATE %I.staff_session SET last_seen_at = $1 WHERE id = $2 AND ended_at IS NULL AND last_seen_at < $1', TG_TABLE_SCHEMA)
        USING NEW.last_seen_at, NEW.session_id;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION impersonation_is_activity() FROM PUBLIC;
CREATE TRIGGER impersonation_is_activity AFTER UPDATE OF last_seen_at ON impersonation FOR EACH ROW
    WHEN (NEW.ended_at IS NULL AND NEW.last_seen_at > OLD.last_seen_at)
    EXECUTE FUNCTION impersonation_is_activity();

-- Rows of what both sides share can be kept from a role: `stagedoor migrate --grant-tenants` keeps the platform's log and messages
-- to staff from it. For every other role nothing changes.
ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON audit_entry USING (true) WITH CHECK (true);
ALTER TABLE audit_personal ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON audit_personal USING (true) WITH CHECK (true);
ALTER TABLE audit_queue ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON audit_queue USING (true) WITH CHECK (true);
ALTER TABLE audit_head ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON audit_head USING (true) WITH CHECK (true);
ALTER TABLE audit_leaf ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON audit_leaf USING (true) WITH CHECK (true);
ALTER TABLE audit_subtree ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON audit_subtree USING (true) WITH CHECK (true);
ALTER TABLE flash ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON flash USING (true) WITH CHECK (true);
