-- what: how much was ready on each evening from six days before the round to now (Q17, Q18), check by check: sites that met it
--       of sites that must, in the scope's towns. The days before are as measured here, else as the campaign's own record
--       says (is_measured false); the day of as_of is as it is now (NULL where no site
--       tells). days_before counts down to the round's day, 0
-- grain: local day × check
WITH place AS (SELECT DISTINCT town_code FROM sites_in($scope_level, $scope_id)),
today AS (SELECT local_day($as_of) AS day_at, local_day(r.opens_at) AS round_day_at FROM round r),
recorded AS (
    SELECT p.day_at, p."check", sum(p.ready)::BIGINT AS ready, sum(p.needed)::BIGINT AS needed, false AS is_measured
    FROM preparation p
    SEMI JOIN place w ON w.town_code = p.town_code
    CROSS JOIN today t
    WHERE p.day_at < t.day_at
    GROUP BY p.day_at, p."check"
),
counted AS (
    SELECT local_day(measured_at) AS day_at, "check", town_code, arg_max(ready, tick) AS ready, arg_max(needed, tick) AS needed
    FROM readiness_count
    WHERE stored_at <= $as_of
    GROUP BY ALL
),
measured AS (
    SELECT c.day_at, c."check", sum(c.ready)::BIGINT AS ready, sum(c.needed)::BIGINT AS needed, true AS is_measured
    FROM counted c
    SEMI JOIN place w ON w.town_code = c.town_code
    CROSS JOIN today t
    WHERE c.day_at < t.day_at
    GROUP BY c.day_at, c."check"
    UNION ALL
    SELECT
        t.day_at, r."check",
        CASE WHEN bool_or(r.state <> 'unknown') THEN count(*) FILTER (WHERE r.state = 'ok') END::BIGINT, count(*)::BIGINT,
        bool_or(r.state <> 'unknown')
    FROM known.site_requirement($as_of, $speed) r
    SEMI JOIN place w ON w.town_code = r.town_code
    CROSS JOIN today t
    GROUP BY t.day_at, r."check"
)
SELECT
    d.day_at, datediff('day', d.day_at, t.round_day_at)::BIGINT AS days_before, d."check", d.ready, d.needed,
    d.is_measured
FROM (FROM measured UNION ALL FROM recorded r ANTI JOIN measured m ON m.day_at = r.day_at AND m."check" = r."check") AS d
CROSS JOIN today t
JOIN ready_check c ON c."check" = d."check"
WHERE datediff('day', d.day_at, t.round_day_at) BETWEEN -1 AND 6
ORDER BY d.day_at, c.position
