-- What the role that serves may do, table by table; the name of the role is in the setting stagedoor.role. All else is
-- taken from it first, so that this list is the whole truth. Entries can be added and read: no UPDATE, no DELETE, no TRUNCATE.
DO $$
DECLARE
    serving text := current_setting('stagedoor.role');
    line record;
BEGIN
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', current_schema, serving);
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', current_schema, serving);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema, serving);
    FOR line IN SELECT * FROM (VALUES
        ('_sqlx_migrations', 'SELECT'),
        ('account', 'SELECT, INSERT, UPDATE'),
        ('account_password', 'SELECT, INSERT, UPDATE'),
        ('alert', 'SELECT, INSERT'),
        ('alert_delivery', 'SELECT, INSERT, UPDATE'),
        ('alert_recipient', 'SELECT, INSERT, UPDATE'),
        ('audit_entry', 'SELECT, INSERT'),
        ('audit_head', 'SELECT, INSERT, UPDATE'),
        ('audit_leaf', 'SELECT, INSERT'),
        ('audit_personal', 'SELECT, INSERT'),
        ('audit_queue', 'SELECT, INSERT, UPDATE, DELETE'),
        ('audit_subtree', 'SELECT, INSERT'),
        ('audit_witness', 'SELECT, INSERT, UPDATE'),
        ('break_glass_request', 'SELECT, INSERT, UPDATE'),
        ('ceremony', 'SELECT, INSERT, UPDATE, DELETE'),
        ('code_attempt', 'SELECT, INSERT, UPDATE, DELETE'),
        ('consent_request', 'SELECT, INSERT, UPDATE'),
        ('flash', 'SELECT, INSERT, UPDATE, DELETE'),
        ('guard_policy', 'SELECT, INSERT, DELETE'),
        ('handoff', 'SELECT, INSERT, DELETE'),
        ('identity_provider', 'SELECT, INSERT, UPDATE'),
        ('impersonation', 'SELECT, INSERT, UPDATE'),
        ('in_force', 'SELECT, UPDATE'),
        ('invitation', 'SELECT, INSERT, UPDATE'),
        ('legal_hold', 'SELECT'),
        ('logout_token', 'SELECT, INSERT, DELETE'),
        ('membership', 'SELECT, INSERT, UPDATE'),
        ('membership_token', 'SELECT, INSERT, DELETE'),
        ('network_rule', 'SELECT, INSERT, DELETE'),
        ('rate_counter', 'SELECT, INSERT, UPDATE, DELETE'),
        ('readiness', 'SELECT, INSERT, UPDATE'),
        ('recovery_code', 'SELECT, INSERT, UPDATE, DELETE'),
        ('risk_event', 'SELECT, INSERT, UPDATE'),
        ('risk_event_entry', 'SELECT, INSERT'),
        ('risk_event_step', 'SELECT, INSERT'),
        ('session_ceremony', 'SELECT, INSERT, UPDATE, DELETE'),
        ('sign_in', 'SELECT, INSERT, UPDATE, DELETE'),
        ('staff', 'SELECT, INSERT, UPDATE'),
        ('staff_backup_contact', 'SELECT, INSERT, UPDATE, DELETE'),
        ('staff_passkey', 'SELECT, INSERT, UPDATE'),
        ('staff_scope', 'SELECT, INSERT, DELETE'),
        ('staff_session', 'SELECT, INSERT, UPDATE'),
        ('staff_task', 'SELECT, INSERT, UPDATE'),
        ('staff_term_scope', 'SELECT, INSERT, DELETE'),
        ('staff_totp', 'SELECT, INSERT, UPDATE, DELETE'),
        ('step_up', 'SELECT, INSERT, UPDATE, DELETE'),
        ('subject_key', 'SELECT, INSERT'),
        ('tenant', 'SELECT, INSERT, UPDATE'),
        ('tenant_session', 'SELECT, INSERT, UPDATE'),
        ('trial', 'SELECT, INSERT, UPDATE'),
        ('totp_enrolment', 'SELECT, INSERT, UPDATE, DELETE'),
        ('visiting_provider', 'SELECT'),
        ('visiting_scope', 'SELECT'),
        ('visiting_session', 'SELECT'),
        ('visiting_staff', 'SELECT'),
        ('visiting_term_scope', 'SELECT'),
        ('visitor_name', 'SELECT')
    ) AS rights (name, granted) LOOP
        EXECUTE format('GRANT %s ON %I TO %I', line.granted, line.name, serving);
    END LOOP;
END
$$;
