-- A running session goes from one view to another that holds less. What a sub-role holds stands in the configuration, so that a
-- view of one is left to the program; of the roles themselves it is known which holds less than which.
DROP TRIGGER staff_session_never_wider;
CREATE TRIGGER staff_session_never_wider BEFORE UPDATE ON staff_session
WHEN (OLD.narrowed_tenant IS NOT NULL AND NEW.narrowed_tenant IS NOT OLD.narrowed_tenant)
    OR (OLD.narrowed_reach = 'reads' AND NEW.narrowed_reach <> 'reads')
    OR (OLD.viewing_as IS NOT NULL AND NEW.viewing_as IS NULL)
    OR (OLD.viewing_as <> NEW.viewing_as AND instr(NEW.viewing_as, ':') = 0
        AND substr(OLD.viewing_as, 1, instr(OLD.viewing_as || ':', ':') - 1) || ' ' || NEW.viewing_as NOT IN (
            'super_admin support', 'super_admin security', 'super_admin read_only', 'support read_only', 'security read_only'))
BEGIN
    SELECT RAISE(ABORT, 'staff_session_never_wider: a session is only ever narrowed');
END;
