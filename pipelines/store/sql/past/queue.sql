-- what: the queue each site reported last, from the history up to as_of
-- grain: site
CREATE OR REPLACE MACRO past.queue(as_of) AS TABLE
SELECT site_id, observed_at, is_open, queue_persons, wait_minutes, lanes_open FROM site_queue
SEMI JOIN (SELECT site_id, max(tick) AS tick FROM site_queue WHERE stored_at <= as_of GROUP BY site_id) AS newest
USING (site_id, tick);
