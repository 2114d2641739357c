-- what: the queue each site reported last, from the hot table
-- grain: site
CREATE OR REPLACE MACRO live.queue(as_of) AS TABLE
SELECT site_id, observed_at, is_open, queue_persons, wait_minutes, lanes_open FROM site_queue_now;
