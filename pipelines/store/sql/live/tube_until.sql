-- what: the newest five minutes in which a tube is known to have taken a step that asks read by time, hot table
-- grain: one row
CREATE OR REPLACE MACRO live.tube_until(as_of) AS TABLE
SELECT max(bucket_at) AS reached_at FROM tube_bucket_now;
