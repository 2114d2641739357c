-- what: the newest row of each recommendation up to as_of, from the history
-- grain: recommendation_id
CREATE OR REPLACE MACRO past.recommendation(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM recommendation
SEMI JOIN (SELECT recommendation_id, max(tick) AS tick FROM recommendation WHERE stored_at <= as_of GROUP BY recommendation_id) AS newest
USING (recommendation_id, tick);
