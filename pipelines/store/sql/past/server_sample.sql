-- what: how each server answered its last probe up to as_of, counters as last heard
-- grain: server
CREATE OR REPLACE MACRO past.server_sample(as_of) AS TABLE
WITH known AS (
    SELECT *, max(tick) FILTER (WHERE is_up) OVER (PARTITION BY server_id) AS last_up
    FROM server_sample WHERE stored_at <= as_of
)
SELECT
    server_id,
    arg_max(observed_at, tick) AS observed_at, arg_max(is_up, tick) AS is_up, arg_max_null(logins, tick) AS logins,
    arg_max(requests, tick) AS requests, arg_max(errors, tick) AS errors,
    arg_max(persons_registered, tick) AS persons_registered,
    arg_max_null(connect_ms, tick) AS connect_ms, arg_max_null(first_byte_ms, tick) AS first_byte_ms,
    arg_max_null(transfer_ms, tick) AS transfer_ms, arg_max_null(outcome, tick) AS outcome,
    arg_max_null(reason, tick) AS reason,
    min(observed_at) FILTER (WHERE NOT is_up AND tick > coalesce(last_up, 0)) AS down_since
FROM known
GROUP BY server_id;
