-- what: the newest row of each recommendation, from the hot table
-- grain: recommendation_id
CREATE OR REPLACE MACRO live.recommendation(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM recommendation_now;
