-- what: the health of every server and what its last probe told
-- grain: server, every one of them
CREATE OR REPLACE MACRO known.server_health(as_of, speed) AS TABLE
WITH aged AS (
    SELECT
        s.*, m.observed_at, m.is_up, m.logins, m.requests, m.errors, m.persons_registered, m.connect_ms,
        m.first_byte_ms, m.transfer_ms, m.outcome, m.reason, m.down_since,
        m.logins / nullif(s.capacity_logins, 0) AS load_share,
        coalesce(wall_age_s(as_of, m.observed_at, speed) <= p.row_s, false) AS is_fresh,
        t.server_slow_ms, t.server_load_share
    FROM server s
    CROSS JOIN setting t
    JOIN patience p ON p.kind = 'server_status'
    LEFT JOIN known.server_sample(as_of) m ON m.server_id = s.server_id
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
