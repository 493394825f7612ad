-- The way in for a new member of staff: a token that is shown once and kept by its SHA-256.
ALTER TABLE staff ADD COLUMN enrolment_digest BLOB;
ALTER TABLE staff ADD COLUMN enrolment_until INTEGER;
CREATE UNIQUE INDEX staff_enrolment_unique ON staff (enrolment_digest);
-- Whom the provider vouched for when nobody on staff has that identity, sealed; and how often a token was tried.
ALTER TABLE sign_in ADD COLUMN claimant BLOB;
ALTER TABLE sign_in ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
