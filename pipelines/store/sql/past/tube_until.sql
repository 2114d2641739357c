-- what: the newest five minutes in which a tube is known to have taken a step that asks read by time, history
-- grain: one row
CREATE OR REPLACE MACRO past.tube_until(as_of) AS TABLE
SELECT time_bucket(INTERVAL 5 MINUTE, max(happened_at)) AS reached_at
FROM tube_event
WHERE stored_at <= as_of AND kind IN ('registered', 'sampled', 'received', 'resulted');
