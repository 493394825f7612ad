-- An installation as the first schema (migrations 0001 to 0003) knew it: plain rows, one text for both engines. It never changes.
-- Bytes are written as text: CAST('…' AS BLOB), for which PostgreSQL is lent a name of that kind. Names are made up.

INSERT INTO identity_provider (id, name, issuer, client_id, client_secret, is_trusted, email_domains, created_at) VALUES
    ('idp_01m7z0e7rge000000000000001', 'Example SSO', 'https://login.example.com', 'stagedoor', CAST('sealed secret' AS BLOB), TRUE, 'example.com example.org', 1795263000000000),
    ('idp_01m7z0e7rge000000000000002', 'Former SSO', 'https://former.example.com', 'stagedoor', NULL, FALSE, '', 1795262000000000);

INSERT INTO tenant (id, slug, name, name_key, state, consent, consent_until, created_at) VALUES
    ('org_01m7z0e7rge008000000000001', 'acme', 'Acme', 'acme', 'active', 'on', NULL, 1795263000000000),
    ('org_01m7z0e7rge008000000000002', 'globex', 'Globex', 'globex', 'suspended', 'off', NULL, 1795263000000001),
    ('org_01m7z0e7rge008000000000003', 'initech', 'Initech', 'initech', 'active', 'window', 1795270000000000, 1795263000000002),
    ('org_01m7z0e7rge008000000000004', 'umbrella', 'Umbrella', 'umbrella', 'active', 'ask', NULL, 1795263000000003);

INSERT INTO account (id, email, email_key, display_name, created_at) VALUES
    ('acc_01m7z0e7rge000000000000001', 'Val@acme.example', 'val@acme.example', 'Val Reyes', 1795263000000000),
    ('acc_01m7z0e7rge000000000000002', 'rod@acme.example', 'rod@acme.example', 'Rod Stewart', 1795263000000000),
    ('acc_01m7z0e7rge000000000000003', 'former@acme.example', 'former@acme.example', 'Former Person', 1795263000000000);

INSERT INTO membership (id, tenant_id, account_id, name, name_key, email, role, role_rank, state, last_seen_at, passkeys, has_totp, has_password, risk, joined_at) VALUES
    ('usr_01m7z0e7rge00800000000000v', 'org_01m7z0e7rge008000000000001', 'acc_01m7z0e7rge000000000000001', 'Val Reyes', 'val reyes', 'Val@acme.example', 'owner', 0, 'active', 1795263600000000, 2, TRUE, FALSE, 'low', 1795263000000000),
    ('usr_01m7z0e7rge00800000000000z', 'org_01m7z0e7rge008000000000001', 'acc_01m7z0e7rge000000000000002', 'Rod Stewart', 'rod stewart', 'rod@acme.example', 'admin', 1, 'suspended', 1795263500000000, 0, FALSE, TRUE, 'elevated', 1795263000000001),
    ('usr_01m7z0e7rge00800000000000y', 'org_01m7z0e7rge008000000000001', 'acc_01m7z0e7rge000000000000003', 'Former Person', 'former person', 'former@acme.example', 'member', 4, 'revoked', 0, 0, FALSE, FALSE, 'low', 1795263000000002),
    ('usr_01m7z0e7rge00800000000000x', 'org_01m7z0e7rge008000000000003', 'acc_01m7z0e7rge000000000000002', 'Rod Stewart', 'rod stewart', 'rod@acme.example', 'billing-admin', 3, 'active', 0, 1, FALSE, FALSE, 'low', 1795263000000003);

INSERT INTO membership_token (tenant_id, token, membership_id) VALUES
    ('org_01m7z0e7rge008000000000001', 'val', 'usr_01m7z0e7rge00800000000000v'),
    ('org_01m7z0e7rge008000000000001', 'reyes', 'usr_01m7z0e7rge00800000000000v'),
    ('org_01m7z0e7rge008000000000001', 'rod', 'usr_01m7z0e7rge00800000000000z'),
    ('org_01m7z0e7rge008000000000001', 'stewart', 'usr_01m7z0e7rge00800000000000z');

INSERT INTO tenant_session (id, tenant_id, membership_id, factor, started_at, ends_at, last_seen_at, address, agent, ended_at, ended_why) VALUES
    ('ses_01m7z0e7rge000000000000001', 'org_01m7z0e7rge008000000000001', 'usr_01m7z0e7rge00800000000000v', 'passkey', 1795263200000000, 1795277600000000, 1795263600000000, '198.51.100.20', 'Firefox', NULL, NULL),
    ('ses_01m7z0e7rge000000000000002', 'org_01m7z0e7rge008000000000001', 'usr_01m7z0e7rge00800000000000z', 'password', 1795263100000000, 1795277500000000, 1795263500000000, '198.51.100.21', 'Chrome', 1795263550000000, 'signed_out');

INSERT INTO invitation (id, tenant_id, email, role, state, created_at, expires_at) VALUES
    ('inv_01m7z0e7rge000000000000001', 'org_01m7z0e7rge008000000000001', 'new@acme.example', 'developer', 'pending', 1795263000000000, 1795867800000000);

INSERT INTO risk_event (id, tenant_id, membership_id, level, cause, state, raised_at) VALUES
    ('rsk_01m7z0e7rge000000000000001', 'org_01m7z0e7rge008000000000001', 'usr_01m7z0e7rge00800000000000z', 'elevated', 'new country', 'open', 1795263400000000);

INSERT INTO staff (id, email, email_key, display_name, role, state, provider_id, subject, scope, account_until, claimed_until, justification, created_at) VALUES
    ('stf_01m7z0e7rge00800000000000b', 'Kim@example.com', 'kim@example.com', 'Kim Moreno', 'super_admin', 'active', 'idp_01m7z0e7rge000000000000001', 'kim-subject', 'all', NULL, NULL, 'founding engineer', 1795263000000000),
    ('stf_01m7z0e7rge00800000000000c', 'jess@example.com', 'jess@example.com', 'Jess Park', 'support', 'active', 'idp_01m7z0e7rge000000000000001', 'jess-subject', 'listed', 1800000000000000, NULL, 'second line, until the summer', 1795263000000001),
    ('stf_01m7z0e7rge00800000000000d', 'niko@example.com', 'niko@example.com', 'Niko Lind', 'support', 'invited', NULL, NULL, 'all', NULL, NULL, 'starts on Monday', 1795263000000002),
    ('stf_01m7z0e7rge00800000000000e', 'sasha@example.com', 'sasha@example.com', 'Sasha Dietz', 'security', 'claimed', 'idp_01m7z0e7rge000000000000001', 'sasha-subject', 'all', NULL, 1795300000000000, 'security team', 1795263000000003),
    ('stf_01m7z0e7rge00800000000000f', 'gone@example.com', 'gone@example.com', 'Gone Person', 'read_only', 'deactivated', 'idp_01m7z0e7rge000000000000002', 'gone-subject', 'all', NULL, NULL, 'left in the spring', 1795263000000004);

INSERT INTO staff_scope (staff_id, tenant_id) VALUES
    ('stf_01m7z0e7rge00800000000000c', 'org_01m7z0e7rge008000000000001'),
    ('stf_01m7z0e7rge00800000000000c', 'org_01m7z0e7rge008000000000003');

INSERT INTO staff_passkey (id, staff_id, name, credential_id, passkey, created_at, last_used_at, revoked_at) VALUES
    ('pky_01m7z0e7rge000000000000001', 'stf_01m7z0e7rge00800000000000b', 'Blue key', CAST('credential 1' AS BLOB), '{"cred":1}', 1795263000000000, 1795263242000000, NULL),
    ('pky_01m7z0e7rge000000000000002', 'stf_01m7z0e7rge00800000000000b', 'Lost key', CAST('credential 2' AS BLOB), '{"cred":2}', 1795263000000000, NULL, 1795263100000000);

INSERT INTO staff_session (id, reference, staff_id, provider_id, factor, factor_at, started_at, ends_at, last_seen_at, address, agent, ended_at, ended_why) VALUES
    ('ses_01m7z0e7rge008000000000019', CAST('digest of a live reference, 32 B' AS BLOB), 'stf_01m7z0e7rge00800000000000b', 'idp_01m7z0e7rge000000000000001', 'passkey', 1795263242000000, 1795263242000000, 1795277642000000, 1795263600000000, '203.0.113.7', 'Firefox', NULL, NULL),
    ('ses_01m7z0e7rge00800000000001a', CAST('digest of an ended one, 32 bytes' AS BLOB), 'stf_01m7z0e7rge00800000000000c', 'idp_01m7z0e7rge000000000000001', 'totp', 1795263000000000, 1795263000000000, 1795277400000000, 1795263100000000, '203.0.113.8', 'Chrome', 1795263200000000, 'signed_out');

INSERT INTO sign_in (id, reference, provider_id, state, nonce, verifier, staff_id, identified_at, expires_at) VALUES
    ('sgn_01m7z0e7rge000000000000001', CAST('digest of a sign-in, 32 bytes ok' AS BLOB), 'idp_01m7z0e7rge000000000000001', CAST('state' AS BLOB), 'nonce', CAST('verifier' AS BLOB), 'stf_01m7z0e7rge00800000000000e', 1795263600000000, 1795264200000000);

INSERT INTO ceremony (sign_in_id, kind, state, expires_at) VALUES
    ('sgn_01m7z0e7rge000000000000001', 'register', CAST('sealed state' AS BLOB), 1795263660000000);

INSERT INTO impersonation (id, staff_id, session_id, tenant_id, membership_id, role, mode, reason, ticket, started_at, ends_at, last_seen_at, reference, ended_at, ended_why) VALUES
    ('imp_01m7z0e7rge00800000000000n', 'stf_01m7z0e7rge00800000000000b', 'ses_01m7z0e7rge008000000000019', 'org_01m7z0e7rge008000000000001', 'usr_01m7z0e7rge00800000000000z', 'admin', 'read_only', 'Webhook page shows 500 after plan change', '#4218', 1795263242000000, 1795264142000000, 1795263600000000, CAST('digest of a visit, 32 bytes long' AS BLOB), NULL, NULL),
    ('imp_01m7z0e7rge00800000000000p', 'stf_01m7z0e7rge00800000000000c', 'ses_01m7z0e7rge00800000000001a', 'org_01m7z0e7rge008000000000003', NULL, 'developer', 'read_only', 'Looks at the slow import', NULL, 1795263010000000, 1795263910000000, 1795263100000000, NULL, 1795263150000000, 'ended');

INSERT INTO handoff (code, impersonation_id, session_id, nonce, expires_at) VALUES
    (CAST('digest of a code, 32 bytes long.' AS BLOB), 'imp_01m7z0e7rge00800000000000n', 'ses_01m7z0e7rge008000000000019', CAST('nonce' AS BLOB), 1795263302000000);

INSERT INTO flash (owner, body, expires_at) VALUES ('ses_01m7z0e7rge008000000000019', '{"kind":"done"}', 1795263302000000);

INSERT INTO break_glass_request (id, requester_id, operation, tenant_id, reason, state, approvals, quorum, created_at, expires_at) VALUES
    ('bgr_01m7z0e7rge000000000000001', 'stf_01m7z0e7rge00800000000000c', 'tenant.delete', 'org_01m7z0e7rge008000000000002', 'Customer left and asks for it', 'pending', 1, 2, 1795263000000000, 1795266600000000);

-- The entries' bytes are those of the vectors in crates/core/tests/golden.
INSERT INTO audit_entry (at, id, scope, event, outcome, code, actor_kind, actor_id, act_id, target_kind, target_id, tenant_id, impersonation_id, session_id, request_id, retention, flags, canonical) VALUES
    (1795263242000000, 'evt_01m7z0e7rge008000000000035', 'platform', 'staff.sign_in', 'success', NULL, 'platform_staff', 'stf_01m7z0e7rge00800000000000b', NULL, 'session', 'ses_01m7z0e7rge008000000000019', NULL, NULL, 'ses_01m7z0e7rge008000000000019', 'req_01m7z0e7rge00800000000001x', 'platform_365d', 0, CAST('{"actor":{"id":"stf_01m7z0e7rge00800000000000b","kind":"platform_staff"},"at":"2026-11-21T12:14:02.000000Z","event":"staff.sign_in","facts":{"factor":"passkey","provider":"Demo SSO"},"id":"evt_01m7z0e7rge008000000000035","log":"platform","outcome":"success","personal":{"actor":{"sha256":"65317b4687e85b44bf54da703c943aeb3914fa759986506f26ffc880e74eda2a","subject":"stf_01m7z0e7rge00800000000000b"}},"request":"req_01m7z0e7rge00800000000001x","retention":"platform_365d","session":"ses_01m7z0e7rge008000000000019","target":{"id":"ses_01m7z0e7rge008000000000019","kind":"session"},"v":1,"verdicts":{"authz":"pass","danger":"not_required","identity":"pass","mfa":"pass","network":"pass","session":"pass"}}' AS BLOB)),
    (1795263242000000, 'evt_01m7z0e7rge008000000000036', 'platform', 'impersonation.start', 'success', NULL, 'platform_staff', 'stf_01m7z0e7rge00800000000000b', NULL, 'user', 'usr_01m7z0e7rge00800000000000z', 'org_01m7z0e7rge008000000000001', 'imp_01m7z0e7rge00800000000000n', 'ses_01m7z0e7rge008000000000019', 'req_01m7z0e7rge00800000000001x', 'platform_365d', 0, CAST('{"actor":{"id":"stf_01m7z0e7rge00800000000000b","kind":"platform_staff"},"at":"2026-11-21T12:14:02.000000Z","event":"impersonation.start","facts":{"mode":"read_only"},"id":"evt_01m7z0e7rge008000000000036","impersonation":"imp_01m7z0e7rge00800000000000n","log":"platform","outcome":"success","personal":{"actor":{"sha256":"3681b689b3cca0363044cd8d02030ccc60d6d69f0778b2fd4819b0035563d6f8","subject":"stf_01m7z0e7rge00800000000000b"},"target":{"sha256":"5389c2a2481374042dd59b84972fe5e18b77c0e04a2df7a6a2ef422b3705cea8","subject":"usr_01m7z0e7rge00800000000000z"}},"reason":"Webhook page shows 500 after plan change","request":"req_01m7z0e7rge00800000000001x","retention":"platform_365d","session":"ses_01m7z0e7rge008000000000019","target":{"id":"usr_01m7z0e7rge00800000000000z","kind":"user"},"tenant":"org_01m7z0e7rge008000000000001","ticket":"#4218","v":1}' AS BLOB)),
    (1795263242000000, 'evt_01m7z0e7rge008000000000037', 'org_01m7z0e7rge008000000000001', 'impersonation.start', 'success', NULL, 'platform_staff', 'stf_01m7z0e7rge00800000000000b', NULL, 'user', 'usr_01m7z0e7rge00800000000000z', 'org_01m7z0e7rge008000000000001', 'imp_01m7z0e7rge00800000000000n', NULL, 'req_01m7z0e7rge00800000000001x', 'tenant_90d', 0, CAST('{"actor":{"id":"stf_01m7z0e7rge00800000000000b","kind":"platform_staff"},"at":"2026-11-21T12:14:02.000000Z","event":"impersonation.start","facts":{"mode":"read_only"},"id":"evt_01m7z0e7rge008000000000037","impersonation":"imp_01m7z0e7rge00800000000000n","log":"org_01m7z0e7rge008000000000001","outcome":"success","personal":{"actor":{"sha256":"3681b689b3cca0363044cd8d02030ccc60d6d69f0778b2fd4819b0035563d6f8","subject":"stf_01m7z0e7rge00800000000000b"},"target":{"sha256":"5389c2a2481374042dd59b84972fe5e18b77c0e04a2df7a6a2ef422b3705cea8","subject":"usr_01m7z0e7rge00800000000000z"}},"reason":"Webhook page shows 500 after plan change","request":"req_01m7z0e7rge00800000000001x","retention":"tenant_90d","target":{"id":"usr_01m7z0e7rge00800000000000z","kind":"user"},"tenant":"org_01m7z0e7rge008000000000001","ticket":"#4218","v":1}' AS BLOB)),
    (1795263242000000, 'evt_01m7z0e7rge008000000000038', 'org_01m7z0e7rge008000000000001', 'impersonation.view', 'success', NULL, 'platform_staff_impersonating', 'usr_01m7z0e7rge00800000000000z', 'stf_01m7z0e7rge00800000000000b', NULL, NULL, 'org_01m7z0e7rge008000000000001', 'imp_01m7z0e7rge00800000000000n', 'ses_01m7z0e7rge008000000000019', 'req_01m7z0e7rge00800000000001y', 'tenant_90d', 0, CAST('{"actor":{"act":"stf_01m7z0e7rge00800000000000b","id":"usr_01m7z0e7rge00800000000000z","kind":"platform_staff_impersonating"},"at":"2026-11-21T12:14:02.000000Z","event":"impersonation.view","facts":{"path":"/members"},"id":"evt_01m7z0e7rge008000000000038","impersonation":"imp_01m7z0e7rge00800000000000n","log":"org_01m7z0e7rge008000000000001","outcome":"success","reads":[{"rows":50,"what":"Members"},{"rows":1,"what":"Support access"}],"request":"req_01m7z0e7rge00800000000001y","retention":"tenant_90d","session":"ses_01m7z0e7rge008000000000019","tenant":"org_01m7z0e7rge008000000000001","v":1,"verdicts":{"authz":"pass","danger":"not_required","identity":"pass","mfa":"pass","network":"pass","session":"pass"}}' AS BLOB)),
    (1795263242000000, 'evt_01m7z0e7rge008000000000039', 'platform', 'tenant.delete', 'denied', 'permission_missing', 'platform_staff', 'stf_01m7z0e7rge00800000000000b', NULL, 'tenant', 'org_01m7z0e7rge008000000000001', 'org_01m7z0e7rge008000000000001', NULL, 'ses_01m7z0e7rge008000000000019', 'req_01m7z0e7rge00800000000001x', 'platform_365d', 5, CAST('{"actor":{"id":"stf_01m7z0e7rge00800000000000b","kind":"platform_staff"},"at":"2026-11-21T12:14:02.000000Z","code":"permission_missing","event":"tenant.delete","flags":["temporary","critical"],"id":"evt_01m7z0e7rge008000000000039","log":"platform","outcome":"denied","request":"req_01m7z0e7rge00800000000001x","retention":"platform_365d","session":"ses_01m7z0e7rge008000000000019","target":{"id":"org_01m7z0e7rge008000000000001","kind":"tenant"},"tenant":"org_01m7z0e7rge008000000000001","v":1,"verdicts":{"authz":"permission_missing","danger":"grant_missing","identity":"pass","mfa":"pass","network":"pass","session":"pass"}}' AS BLOB)),
    (1795263242000000, 'evt_01m7z0e7rge00800000000003a', 'org_01m7z0e7rge008000000000001', 'flag.update', 'success', NULL, 'platform_staff', 'stf_01m7z0e7rge00800000000000b', NULL, 'flag', 'billing.v2', 'org_01m7z0e7rge008000000000001', NULL, 'ses_01m7z0e7rge008000000000019', 'req_01m7z0e7rge00800000000001x', 'tenant_90d', 0, CAST('{"actor":{"id":"stf_01m7z0e7rge00800000000000b","kind":"platform_staff"},"at":"2026-11-21T12:14:02.000000Z","changes":[{"after":"enabled","before":"disabled","field":"enabled"},{"after":"100 %","field":"rollout"},{"before":"","field":"note"}],"event":"flag.update","id":"evt_01m7z0e7rge00800000000003a","log":"org_01m7z0e7rge008000000000001","outcome":"success","reason":"customer asked to join the beta","request":"req_01m7z0e7rge00800000000001x","retention":"tenant_90d","session":"ses_01m7z0e7rge008000000000019","target":{"id":"billing.v2","kind":"flag"},"tenant":"org_01m7z0e7rge008000000000001","v":1}' AS BLOB)),
    (1795263242000000, 'evt_01m7z0e7rge00800000000003c', 'platform', 'staff.sign_in', 'failed', 'identity_unknown', 'anonymous', NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'req_01m7z0e7rge008000000000020', 'platform_365d', 0, CAST('{"actor":{"kind":"anonymous"},"at":"2026-11-21T12:14:02.000000Z","code":"identity_unknown","event":"staff.sign_in","id":"evt_01m7z0e7rge00800000000003c","log":"platform","outcome":"failed","request":"req_01m7z0e7rge008000000000020","retention":"platform_365d","v":1}' AS BLOB));

INSERT INTO audit_personal (event_id, slot, subject_id, ciphertext) VALUES
    ('evt_01m7z0e7rge008000000000035', 'actor', 'stf_01m7z0e7rge00800000000000b', CAST('ciphertext of a name' AS BLOB)),
    ('evt_01m7z0e7rge008000000000036', 'actor', 'stf_01m7z0e7rge00800000000000b', CAST('another ciphertext' AS BLOB)),
    ('evt_01m7z0e7rge008000000000036', 'target', 'usr_01m7z0e7rge00800000000000z', CAST('ciphertext of the other name' AS BLOB));

INSERT INTO subject_key (subject_id, wrapped, created_at, destroyed_at) VALUES
    ('stf_01m7z0e7rge00800000000000b', CAST('wrapped key' AS BLOB), 1795263000000000, NULL),
    ('usr_01m7z0e7rge00800000000000z', CAST('another wrapped key' AS BLOB), 1795263000000000, NULL),
    ('usr_01m7z0e7rge00800000000000y', NULL, 1795263000000000, 1795263600000000);
