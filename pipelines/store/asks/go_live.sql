-- what: whether each site may open: ready (every check is ok), overridden (somebody answers for each that is not), blocked, or
--       unknown (nothing is missing, but not all is told); how many checks are ok, overridden and open; what comes next
-- grain: site, every one of the scope
WITH judged AS (
    SELECT
        r.*, c.position, r.state = 'ok' AS is_ok, r.state <> 'ok' AND r.overridden_by IS NOT NULL AS is_overridden
    FROM known.site_requirement($as_of, $speed) r
    JOIN ready_check c ON c."check" = r."check"
    SEMI JOIN sites_in($scope_level, $scope_id) s ON s.site_id = r.site_id
)
SELECT
    site_id, any_value(name_zh) AS name_zh, any_value(name_en) AS name_en, any_value(town_code) AS town_code,
    CASE
        WHEN bool_and(is_ok) THEN 'ready'
        WHEN bool_and(is_ok OR is_overridden) THEN 'overridden'
        WHEN bool_and(is_ok OR is_overridden OR state = 'unknown') THEN 'unknown'
        ELSE 'blocked'
    END AS state,
    count(*)::BIGINT AS checks, count(*) FILTER (WHERE is_ok)::BIGINT AS checks_ok,
    count(*) FILTER (WHERE is_overridden)::BIGINT AS checks_overridden,
    count(*) FILTER (WHERE NOT is_ok AND NOT is_overridden)::BIGINT AS checks_open,
    coalesce(
        arg_min("check", list_position(['missing', 'short', 'unknown'], state) * 100 + position)
        FILTER (WHERE NOT is_ok AND NOT is_overridden), ''
    ) AS next_check
FROM judged
GROUP BY site_id
ORDER BY site_id
