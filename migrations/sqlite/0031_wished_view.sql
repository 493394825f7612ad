-- What somebody on their way in wants the console viewed as: a role, or a sub-role of one.
ALTER TABLE sign_in ADD COLUMN wished_view TEXT;
