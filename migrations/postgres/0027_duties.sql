-- Which version of the responsibilities somebody acknowledged last, and when. Whoever was there before this column acknowledges
-- at their next request.
ALTER TABLE staff ADD COLUMN responsibilities TEXT COLLATE "C";
ALTER TABLE staff ADD COLUMN responsibilities_at BIGINT;

-- Another way to reach somebody, sealed under the key of their own personal data: destroying that key erases it.
CREATE TABLE staff_backup_contact (
    staff_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES staff (id),
    contact BYTEA NOT NULL,
    changed_at BIGINT NOT NULL
);
