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
share AS (SELECT server_id, arg_max(errors / nullif(requests, 0), started_at) AS error_share FROM recent GROUP BY server_id)
SELECT s.*, h.error_share
FROM known.server_health(as_of, speed) s
LEFT JOIN share h ON h.server_id = s.server_id;
