-- Which version of the responsibilities somebody acknowledged last, and when. Whoever was there before this column acknowledges
-- at their next request.
ALTER TABLE staff ADD COLUMN responsibilities TEXT;
ALTER TABLE staff ADD COLUMN responsibilities_at INTEGER;

-- Another way to reach somebody, sealed under the key of their own personal data: destroying that key erases it.
CREATE TABLE staff_backup_contact (
    staff_id TEXT NOT NULL PRIMARY KEY REFERENCES staff (id),
    contact BLOB NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
