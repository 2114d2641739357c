-- what: the newest row of each lab outlook up to as_of, from the history
-- grain: lab_id
CREATE OR REPLACE MACRO past.lab_outlook(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM lab_outlook
SEMI JOIN (SELECT lab_id, max(tick) AS tick FROM lab_outlook WHERE stored_at <= as_of GROUP BY lab_id) AS newest
USING (lab_id, tick);
