-- what: the health of every Wi-Fi network; unknown when it was never heard of or too long ago
-- grain: site × network, every one of them
CREATE OR REPLACE MACRO known.network_state(as_of, speed) AS TABLE
WITH aged AS (
    SELECT
        s.site_id, n.network, n.position, m.observed_at, m.is_up, m.latency_ms, m.loss_share, m.clients,
        coalesce(wall_age_s(as_of, m.observed_at, speed) <= p.row_s, false) AS is_fresh,
        t.network_slow_ms, t.network_loss_share
    FROM site s
    CROSS JOIN network n
    CROSS JOIN setting t
    JOIN patience p ON p.kind = 'network'
    LEFT JOIN known.network_sample(as_of) m ON m.site_id = s.site_id AND m.network = n.network
)
SELECT
    site_id, network, position,
    CASE
        WHEN NOT is_fresh THEN 'unknown'
        WHEN NOT is_up THEN 'down'
        WHEN latency_ms > network_slow_ms OR loss_share > network_loss_share THEN 'slow'
        ELSE 'ok'
    END AS health,
    latency_ms, loss_share, clients, observed_at, is_fresh
FROM aged;
