-- what: the newest set of a plan's rows of each plan, from the hot table
-- grain: plan
CREATE OR REPLACE MACRO live.advice_set(as_of) AS TABLE
SELECT * EXCLUDE (stored_at) FROM advice_set_now;
