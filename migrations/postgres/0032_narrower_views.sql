-- A running session goes from one view to another that holds less. What a sub-role holds stands in the configuration, so that a
-- view of one is left to the program; of the roles themselves it is known which holds less than which.
DROP TRIGGER staff_session_never_wider ON staff_session;
CREATE TRIGGER staff_session_never_wider BEFORE UPDATE ON staff_session FOR EACH ROW
    WHEN ((OLD.narrowed_tenant IS NOT NULL AND NEW.narrowed_tenant IS DISTINCT FROM OLD.narrowed_tenant)
        OR (OLD.narrowed_reach = 'reads' AND NEW.narrowed_reach <> 'reads')
        OR (OLD.viewing_as IS NOT NULL AND NEW.viewing_as IS NULL)
        OR (OLD.viewing_as <> NEW.viewing_as AND strpos(NEW.viewing_as, ':') = 0
            AND split_part(OLD.viewing_as, ':', 1) || ' ' || NEW.viewing_as NOT IN (
                'super_admin support', 'super_admin security', 'super_admin read_only', 'support read_only', 'security read_only')))
    EXECUTE FUNCTION staff_session_stay_narrow();
