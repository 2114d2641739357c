-- what: what each lab counted last, from the hot table
-- grain: lab
CREATE OR REPLACE MACRO live.lab_count(as_of) AS TABLE
SELECT lab_id, observed_at, tubes_dispatched, tubes_received, tubes_resulted, scans, scan_errors FROM lab_now;
