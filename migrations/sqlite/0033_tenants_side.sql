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
    SELECT id, name, issuer, client_id, NULL AS client_secret, is_trusted, email_domains, declared, kind, rules FROM identity_provider;
-- By what name a tenant knows whoever was inside, or asked to be.
CREATE VIEW visitor_name AS
    SELECT id, display_name FROM staff
    WHERE EXISTS (SELECT 1 FROM impersonation WHERE impersonation.staff_id = staff.id)
        OR EXISTS (SELECT 1 FROM consent_request WHERE consent_request.staff_id = staff.id);

-- A call inside a tenant is activity of the session behind the visit. The tenants' side writes the visit's own row; the session
-- follows from it.
CREATE TRIGGER impersonation_is_activity AFTER UPDATE OF last_seen_at ON impersonation
WHEN NEW.ended_at IS NULL AND NEW.last_seen_at > OLD.last_seen_at
BEGIN
    UPDATE staff_session SET last_seen_at = NEW.last_seen_at
    WHERE id = NEW.session_id AND ended_at IS NULL AND last_seen_at < NEW.last_seen_at;
END;
