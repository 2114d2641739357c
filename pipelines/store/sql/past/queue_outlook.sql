-- what: the newest queue outlook of each site, from the history up to as_of
-- grain: site_id
CREATE OR REPLACE MACRO past.queue_outlook(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM queue_outlook
SEMI JOIN (SELECT site_id, max(tick) AS tick FROM queue_outlook WHERE stored_at <= as_of GROUP BY site_id) AS newest
USING (site_id, tick);
