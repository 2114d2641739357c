-- what: the newest row of each disturbance up to as_of, from the history
-- grain: disturbance_id
CREATE OR REPLACE MACRO past.disturbance(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM disturbance
SEMI JOIN (SELECT disturbance_id, max(tick) AS tick FROM disturbance WHERE stored_at <= as_of GROUP BY disturbance_id) AS newest
USING (disturbance_id, tick);
