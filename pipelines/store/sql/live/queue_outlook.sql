-- what: the newest queue outlook of each site, from the hot table
-- grain: site_id
CREATE OR REPLACE MACRO live.queue_outlook(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM queue_outlook_now;
