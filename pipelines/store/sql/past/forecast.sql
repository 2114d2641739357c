-- what: the newest row of each forecast up to as_of, from the history
-- grain: scope_level × scope_id
CREATE OR REPLACE MACRO past.forecast(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM forecast
SEMI JOIN (SELECT scope_level, scope_id, max(tick) AS tick FROM forecast WHERE stored_at <= as_of GROUP BY scope_level, scope_id) AS newest
USING (scope_level, scope_id, tick);
