-- what: how each server answered over the campaign hour before as_of: the mean of the probe's phases, of its load and its
--       errors per request, minute by minute; load is of the campaign's capacity; a minute without any probe has no row,
--       one in which no probe was answered has its phases NULL and is_up false
-- grain: server × campaign minute
WITH probes AS (
    SELECT
        server_id, time_bucket(INTERVAL 1 MINUTE, observed_at) AS minute_at, is_up, logins, connect_ms, first_byte_ms,
        transfer_ms, requests, errors, started_at
    FROM server_sample
    WHERE stored_at <= $as_of AND observed_at > $as_of - INTERVAL 1 HOUR AND observed_at <= $as_of
),
counted AS (
    SELECT server_id, minute_at, sum(requests) AS requests, sum(errors) AS errors
    FROM (
        SELECT
            server_id, minute_at, requests - lag(requests) OVER up AS requests, errors - lag(errors) OVER up AS errors
        FROM probes
        WHERE is_up
        WINDOW up AS (PARTITION BY server_id, started_at ORDER BY minute_at, requests)
    )
    GROUP BY server_id, minute_at
)
SELECT
    s.server_id, s.name_zh, s.name_en, p.minute_at, count(*)::BIGINT AS probes, bool_and(p.is_up) AS is_up,
    avg(p.connect_ms) AS connect_ms, avg(p.first_byte_ms) AS first_byte_ms, avg(p.transfer_ms) AS transfer_ms,
    avg(p.logins) / nullif(any_value(s.capacity_logins), 0) AS load_share,
    any_value(c.errors) / nullif(any_value(c.requests), 0) AS error_share
FROM server s
JOIN probes p ON p.server_id = s.server_id
LEFT JOIN counted c ON c.server_id = p.server_id AND c.minute_at = p.minute_at
GROUP BY s.server_id, s.position, s.name_zh, s.name_en, p.minute_at
ORDER BY s.position, p.minute_at
