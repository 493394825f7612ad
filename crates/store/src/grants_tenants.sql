-- What the role of the tenants' side may do: the list is in the setting stagedoor.rights, as JSON, the role's name in
-- stagedoor.role. All else is taken from it first. Of the logs it sees the tenants', never the platform's, and of the messages that
-- are shown once those of tenants' hosts.
DO $$
DECLARE
    tenants text := current_setting('stagedoor.role');
    line record;
    log text;
BEGIN
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', current_schema, tenants);
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema);
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', current_schema, tenants);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema, tenants);
    FOR line IN SELECT value ->> 0 AS name, value ->> 1 AS granted
        FROM json_array_elements(current_setting('stagedoor.rights')::json) LOOP
        EXECUTE format('GRANT %s ON %I TO %I', line.granted, line.name, tenants);
    END LOOP;
    FOREACH log IN ARRAY ARRAY['audit_entry', 'audit_head', 'audit_leaf', 'audit_queue', 'audit_subtree'] LOOP
        EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE FOR SELECT TO %I USING (scope <> ''platform'')', 'tenants_' || tenants, log, tenants);
    END LOOP;
    EXECUTE format('CREATE POLICY %I ON audit_personal AS RESTRICTIVE FOR SELECT TO %I USING (EXISTS (SELECT 1 FROM audit_entry WHERE audit_entry.id = audit_personal.event_id))', 'tenants_' || tenants, tenants);
    EXECUTE format('CREATE POLICY %I ON flash AS RESTRICTIVE TO %I USING (EXISTS (SELECT 1 FROM tenant_session WHERE tenant_session.id = owner) OR EXISTS (SELECT 1 FROM impersonation WHERE impersonation.id = owner))', 'tenants_' || tenants, tenants);
END
$$;
