-- what: the latest 200 runs of the scheduled jobs, newest first
-- grain: run
SELECT run_id, job, started_at, took_ms, rows_pulled, rows_stored, outcome, reason
FROM job_run
WHERE stored_at <= $as_of
ORDER BY tick DESC, started_at DESC, run_id
LIMIT 200
