-- what: the health of every server; its error share is over the five campaign minutes before as_of, since its last start
-- grain: server, every one of them
CREATE OR REPLACE MACRO known.server_state(as_of, speed) AS TABLE
WITH recent AS (
    SELECT
        server_id, arg_max(started_at, tick) AS started_at,
        max(requests) - min(requests) AS requests, max(errors) - min(errors) AS errors
    FROM server_sample
    WHERE stored_at > as_of - INTERVAL 5 MINUTE AND stored_at <= as_of AND is_up
    GROUP BY server_id, started_at
),
share AS (SELECT server_id, arg_max(errors / nullif(requests, 0), started_at) AS error_share FROM recent GROUP BY server_id),
aged AS (
    SELECT
        s.*, m.observed_at, m.is_up, m.logins, m.requests, m.errors, m.persons_registered, m.connect_ms,
        m.first_byte_ms, m.transfer_ms, m.reason, m.down_since, h.error_share,
        m.logins / nullif(s.capacity_logins, 0) AS load_share,
        coalesce(wall_age_s(as_of, m.observed_at, speed) <= t.server_stale_after_s, false) AS is_fresh,
        t.server_slow_ms, t.server_load_share
    FROM server s
    CROSS JOIN setting t
    LEFT JOIN known.server_sample(as_of) m ON m.server_id = s.server_id
    LEFT JOIN share h ON h.server_id = s.server_id
)
SELECT
    * EXCLUDE (server_slow_ms, server_load_share),
    CASE
        WHEN NOT is_fresh THEN 'unknown'
        WHEN NOT is_up THEN 'down'
        WHEN first_byte_ms > server_slow_ms OR load_share > server_load_share THEN 'slow'
        ELSE 'ok'
    END AS health
FROM aged;
