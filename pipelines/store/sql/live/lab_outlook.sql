-- what: the newest row of each lab outlook, from the hot table
-- grain: lab_id
CREATE OR REPLACE MACRO live.lab_outlook(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM lab_outlook_now;
