-- what: the staff loans of the newest set, from the history up to as_of
-- grain: from_site_id × to_site_id × role
CREATE OR REPLACE MACRO past.staff_loan(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM staff_loan
SEMI JOIN (SELECT max(tick) AS tick FROM advice_set WHERE plan = 'loans' AND stored_at <= as_of) AS newest
USING (tick);
