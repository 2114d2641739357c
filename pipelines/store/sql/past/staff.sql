-- what: who was on shift last, from the history up to as_of
-- grain: site × role
CREATE OR REPLACE MACRO past.staff(as_of) AS TABLE
SELECT site_id, role, observed_at, on_shift, planned FROM roster
SEMI JOIN (SELECT site_id, role, max(tick) AS tick FROM roster WHERE stored_at <= as_of GROUP BY site_id, role) AS newest
USING (site_id, role, tick);
