-- what: the newest row of each disturbance, from the hot table
-- grain: disturbance_id
CREATE OR REPLACE MACRO live.disturbance(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM disturbance_now;
