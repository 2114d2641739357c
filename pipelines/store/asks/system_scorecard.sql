-- what: the province's and the city's system side by side as measured since the round began (Q15): which share of the probes
--       was answered, how fast (to the first byte), errors per request, how full at the fullest, how many persons were
--       registered, and which share of tubes was cut short by an interruption. NULL where nothing was measured. Scans that
--       failed on a phone are told by site, not by system (gate and quality figures)
-- grain: system
WITH probe AS (
    SELECT v.system, s.*, s.logins / nullif(v.capacity_logins, 0) AS load_share
    FROM server_sample s
    JOIN server v ON v.server_id = s.server_id
    WHERE s.stored_at <= $as_of
),
asked AS (
    SELECT system, sum(requests) AS requests, sum(errors) AS errors
    FROM (
        SELECT system, server_id, started_at, max(requests) - min(requests) AS requests, max(errors) - min(errors) AS errors
        FROM probe WHERE is_up GROUP BY system, server_id, started_at
    )
    GROUP BY system
),
answered AS (
    SELECT
        system, count(DISTINCT server_id)::BIGINT AS servers, count(*)::BIGINT AS probes,
        count(*) FILTER (WHERE is_up) / count(*) AS up_share,
        median(first_byte_ms) AS first_byte_p50_ms, quantile_cont(first_byte_ms, 0.95) AS first_byte_p95_ms,
        median(connect_ms) AS connect_p50_ms, max(load_share) AS load_max_share, min(observed_at) AS since
    FROM probe GROUP BY system
),
tubes AS (
    SELECT
        v.system, count(*)::BIGINT AS tubes, sum(e.persons)::BIGINT AS persons,
        count(*) FILTER (WHERE e.short_reason = 'interrupted') / count(*) AS interrupted_share
    FROM tube_event e
    JOIN server v ON v.server_id = e.server_id
    WHERE e.kind = 'registered' AND e.stored_at <= $as_of
    GROUP BY v.system
)
SELECT
    k.system, coalesce(a.servers, 0)::BIGINT AS servers, coalesce(a.probes, 0)::BIGINT AS probes, a.since, a.up_share,
    a.connect_p50_ms, a.first_byte_p50_ms, a.first_byte_p95_ms, q.errors / nullif(q.requests, 0) AS error_share,
    a.load_max_share, coalesce(t.tubes, 0)::BIGINT AS tubes, coalesce(t.persons, 0)::BIGINT AS persons,
    t.interrupted_share
FROM (VALUES ('province', 0), ('city', 1)) AS k(system, position)
LEFT JOIN answered a ON a.system = k.system
LEFT JOIN asked q ON q.system = k.system
LEFT JOIN tubes t ON t.system = k.system
ORDER BY k.position
