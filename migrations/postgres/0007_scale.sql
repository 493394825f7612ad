-- Who acted, whether in their own name or another's: what `actor:` asks for, in the order of the timeline.
DROP INDEX audit_entry_by_actor;
DROP INDEX audit_entry_by_act;
CREATE INDEX audit_entry_by_who ON audit_entry (scope, coalesce(act_id, actor_id), at, id);
-- The histogram counts from the index alone.
DROP INDEX audit_entry_by_scope;
CREATE INDEX audit_entry_by_scope ON audit_entry (scope, at, id, outcome);
-- What may be read by those who see no administration. Ask for it in these words.
CREATE INDEX audit_entry_ordinary ON audit_entry (scope, at, id, outcome) WHERE event < 'admin.' OR event >= 'admin/';
