-- The console's rooms list sessions and visits by when they began, newest first: a key that never moves while somebody
-- walks through the pages. What still runs is few among many that are over, and has indexes of its own.
CREATE INDEX staff_session_by_start ON staff_session (started_at, id);
CREATE INDEX staff_session_open ON staff_session (started_at, id) WHERE ended_at IS NULL;
CREATE INDEX tenant_session_listed ON tenant_session (tenant_id, started_at, id);
CREATE INDEX tenant_session_open ON tenant_session (tenant_id, started_at, id) WHERE ended_at IS NULL;
CREATE INDEX tenant_session_of_member ON tenant_session (membership_id, started_at, id);
CREATE INDEX impersonation_by_start ON impersonation (started_at, id);
CREATE INDEX impersonation_of_staff ON impersonation (staff_id, started_at);
CREATE INDEX risk_event_of_member ON risk_event (membership_id, raised_at);
