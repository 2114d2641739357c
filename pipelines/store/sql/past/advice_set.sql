-- what: the newest set of a plan's rows of each plan, from the history up to as_of
-- grain: plan
CREATE OR REPLACE MACRO past.advice_set(as_of) AS TABLE
SELECT * EXCLUDE (stored_at) FROM advice_set
SEMI JOIN (SELECT plan, max(tick) AS tick FROM advice_set WHERE stored_at <= as_of GROUP BY plan) AS newest
USING (plan, tick);
