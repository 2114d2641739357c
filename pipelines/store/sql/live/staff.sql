-- what: who was on shift last, from the hot table
-- grain: site × role
CREATE OR REPLACE MACRO live.staff(as_of) AS TABLE
SELECT site_id, role, observed_at, on_shift, planned FROM roster_now;
