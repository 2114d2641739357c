-- what: the newest row of each forecast, from the hot table
-- grain: scope_level × scope_id
CREATE OR REPLACE MACRO live.forecast(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM forecast_now;
