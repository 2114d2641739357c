-- what: the crowd against the air at each site (Q89): persons queueing and clients of both Wi-Fi networks, for each client
--       that the networks bear. What a network bears is measured: its clients divided by how far its latency or its loss,
--       the worse of the two, has gone towards the threshold of slow; one that is down bears none. Up to 0.5 the air is
--       free, up to 1 busy, above 1 more want it than it bears; lost: no network is up; unknown: queue or samples stale
-- grain: site, every one of the scope
WITH networks AS (
    SELECT
        n.site_id, sum(n.clients)::BIGINT AS clients, bool_and(n.is_fresh) AS is_fresh,
        count(*) FILTER (WHERE n.health IN ('ok', 'slow')) AS networks_up, max(n.latency_ms) AS latency_ms,
        max(n.loss_share) AS loss_share,
        coalesce(sum(
            n.clients / nullif(greatest(n.latency_ms / t.network_slow_ms, n.loss_share / t.network_loss_share, 0.01), 0)
        ) FILTER (WHERE n.health IN ('ok', 'slow')), 0) AS clients_borne
    FROM known.network_state($as_of, $speed) n
    CROSS JOIN setting t
    GROUP BY n.site_id
),
queues AS (
    SELECT q.site_id, q.queue_persons, coalesce(wall_age_s($as_of, q.observed_at, $speed) <= p.row_s, false) AS is_fresh
    FROM known.queue($as_of) q
    JOIN patience p ON p.kind = 'site_queues'
),
crowded AS (
    SELECT
        s.site_id, s.name_zh, s.name_en, s.town_code, s.carrier, s.size_class, 
        CASE WHEN q.is_fresh THEN q.queue_persons END AS queue_persons,
        CASE WHEN n.is_fresh THEN n.clients END AS clients,
        CASE WHEN n.is_fresh THEN n.clients_borne END AS clients_borne,
        coalesce(q.is_fresh, false) AND n.is_fresh AS is_known, n.networks_up,
        CASE WHEN n.is_fresh THEN n.latency_ms END AS latency_ms, CASE WHEN n.is_fresh THEN n.loss_share END AS loss_share
    FROM sites_in($scope_level, $scope_id) s
    JOIN networks n ON n.site_id = s.site_id
    LEFT JOIN queues q ON q.site_id = s.site_id
),
indexed AS (
    SELECT
        *, CASE WHEN is_known THEN (queue_persons + clients) / nullif(clients_borne, 0) END AS crowd_index
    FROM crowded
)
SELECT
    site_id, name_zh, name_en, town_code, carrier, size_class, queue_persons, clients, clients_borne, latency_ms,
    loss_share, crowd_index,
    CASE
        WHEN NOT is_known THEN 'unknown'
        WHEN networks_up = 0 THEN 'lost'
        WHEN crowd_index > 1 THEN 'over'
        WHEN crowd_index > 0.5 THEN 'busy'
        ELSE 'free'
    END AS crowd_class
FROM indexed
ORDER BY site_id
