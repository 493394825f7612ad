-- What made a passkey, as it said itself when it was registered: a hint for people, which nobody attests.
ALTER TABLE staff_passkey ADD COLUMN aaguid TEXT;
-- With which passkey a session was proved last: what ends with it when it is revoked. NULL where that is not known.
ALTER TABLE staff_session ADD COLUMN passkey_id TEXT REFERENCES staff_passkey (id);
