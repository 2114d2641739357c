-- what: how each scheduled job does: its last run and its last good one, how often it failed and was left out in the last
--       wall minute and in a row, why it was last left out, and when it is due next by its usual pace
-- grain: job
WITH recent AS (
    SELECT *, row_number() OVER (PARTITION BY job ORDER BY tick DESC, started_at DESC, run_id DESC) AS age
    FROM job_run
    WHERE stored_at <= $as_of AND stored_at > $as_of - INTERVAL 1 HOUR - to_microseconds((90e6 * $speed)::BIGINT)
),
paced AS (
    SELECT job, median(gap_s) AS pace_s
    FROM (
        SELECT job, epoch(started_at - lag(started_at) OVER (PARTITION BY job ORDER BY started_at)) AS gap_s
        FROM recent WHERE outcome <> 'skipped' AND age <= 40
    )
    GROUP BY job
),
last_good AS (SELECT job, min(age) AS age FROM recent WHERE outcome IN ('ok', 'partial') GROUP BY job),
judged AS (
    SELECT
        r.job, count(*)::BIGINT AS runs,
        count(*) FILTER (WHERE r.outcome NOT IN ('ok', 'partial', 'skipped'))::BIGINT AS failures,
        count(*) FILTER (WHERE r.outcome NOT IN ('ok', 'partial', 'skipped') AND r.age < coalesce(g.age, 1e9))::BIGINT
            AS failed_in_a_row,
        count(*) FILTER (WHERE r.outcome = 'skipped')::BIGINT AS skipped,
        count(*) FILTER (
            WHERE r.outcome = 'skipped' AND r.stored_at > $as_of - to_microseconds((60e6 * $speed)::BIGINT)
        )::BIGINT AS skipped_last_minute,
        arg_min(r.reason, r.age) FILTER (WHERE r.outcome = 'skipped') AS skip_reason,
        max(r.started_at) FILTER (WHERE r.outcome = 'skipped') AS skipped_at,
        max(r.started_at) FILTER (WHERE r.outcome IN ('ok', 'partial')) AS last_good_at,
        max(r.started_at) FILTER (WHERE r.outcome <> 'skipped') AS last_started_at,
        arg_min(r.took_ms, r.age) FILTER (WHERE r.outcome <> 'skipped') AS took_ms,
        arg_min(r.outcome, r.age) AS last_outcome, arg_min(r.reason, r.age) AS last_reason
    FROM recent r
    LEFT JOIN last_good g ON g.job = r.job
    GROUP BY r.job
)
SELECT
    j.job, j.last_started_at, j.last_outcome, j.last_reason, j.took_ms, j.last_good_at,
    j.last_started_at + to_microseconds((p.pace_s * 1e6)::BIGINT) AS next_due_at,
    p.pace_s / $speed AS pace_s, j.runs, j.failures, j.failed_in_a_row, j.skipped, j.skipped_last_minute,
    j.skipped_at, j.skip_reason
FROM judged j
LEFT JOIN paced p ON p.job = j.job
ORDER BY j.job
