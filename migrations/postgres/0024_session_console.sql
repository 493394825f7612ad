-- How often the reference of a staff session was changed, and when last.
ALTER TABLE staff_session ADD COLUMN rotations BIGINT NOT NULL DEFAULT 0;
ALTER TABLE staff_session ADD COLUMN rotated_at BIGINT;

-- The address a session started from as 16 bytes, IPv4 mapped into IPv6, so that a range of addresses is a range of keys. It is NULL
-- for sessions that are older than this column, and for an address that is none.
ALTER TABLE staff_session ADD COLUMN address_key BYTEA;
ALTER TABLE tenant_session ADD COLUMN address_key BYTEA;
