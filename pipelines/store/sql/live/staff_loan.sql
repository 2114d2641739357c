-- what: the staff loans of the newest set, from the hot table
-- grain: from_site_id × to_site_id × role
CREATE OR REPLACE MACRO live.staff_loan(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM staff_loan_now
SEMI JOIN (SELECT tick FROM advice_set_now WHERE plan = 'loans') AS newest USING (tick);
