-- what: what each lab counted last, from the history up to as_of
-- grain: lab
CREATE OR REPLACE MACRO past.lab_count(as_of) AS TABLE
SELECT lab_id, observed_at, tubes_dispatched, tubes_received, tubes_resulted, scans, scan_errors FROM lab_counts
SEMI JOIN (SELECT lab_id, max(tick) AS tick FROM lab_counts WHERE stored_at <= as_of GROUP BY lab_id) AS newest
USING (lab_id, tick);
