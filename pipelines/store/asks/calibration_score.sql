-- what: how predictions fared whose hour has passed: in how many the persons sampled by then lie in the band of 95 %, how
--       far the mean was off; of those whose scope is done since, how far the predicted end was off. A scope is done when
--       it has closed and nobody was sampled for half an hour. waiting: predictions whose hour is still to come
-- grain: scope (district, town) of which there is a prediction
WITH made AS (
    SELECT * FROM prediction
    WHERE stored_at <= $as_of
        AND ($scope_level = 'district' OR (scope_level = $scope_level AND scope_id = $scope_id))
),
sampled AS (
    SELECT s.town_code, e.happened_at, e.persons
    FROM tube_event e
    JOIN site s USING (site_id)
    WHERE e.kind = 'sampled' AND e.stored_at <= $as_of AND e.happened_at <= $as_of
),
by_target AS (
    SELECT t.target_at, s.town_code, sum(s.persons) AS persons
    FROM (SELECT DISTINCT target_at FROM made WHERE target_at <= $as_of) t
    JOIN sampled s ON s.happened_at <= t.target_at
    GROUP BY t.target_at, s.town_code
),
came AS (
    SELECT 'town' AS scope_level, town_code AS scope_id, target_at, persons FROM by_target
    UNION ALL
    SELECT 'district', '', target_at, sum(persons) FROM by_target GROUP BY target_at
),
last_sampled AS (
    SELECT 'town' AS scope_level, town_code AS scope_id, max(happened_at) AS at FROM sampled GROUP BY town_code
    UNION ALL
    SELECT 'district', '', max(happened_at) FROM sampled
),
ended AS (
    SELECT l.* FROM last_sampled l CROSS JOIN round o
    WHERE $as_of >= o.closes_at AND l.at <= $as_of - INTERVAL 30 MINUTE
),
held AS (
    SELECT
        m.scope_level, m.scope_id, m.target_at <= $as_of AS is_due, coalesce(c.persons, 0) AS came, m.persons,
        coalesce(c.persons, 0) BETWEEN m.persons_low AND m.persons_high AS is_inside,
        (epoch_us(m.finish_at) - epoch_us(e.at)) / 60000000.0 AS finish_error_minutes,
        e.at BETWEEN m.finish_low_at AND m.finish_high_at AS is_finish_inside
    FROM made m
    LEFT JOIN came c ON c.scope_level = m.scope_level AND c.scope_id = m.scope_id AND c.target_at = m.target_at
    LEFT JOIN ended e ON e.scope_level = m.scope_level AND e.scope_id = m.scope_id
)
SELECT
    scope_level, scope_id, (count(*) FILTER (WHERE is_due))::BIGINT AS scored,
    (count(*) FILTER (WHERE NOT is_due))::BIGINT AS waiting,
    (count(*) FILTER (WHERE is_due AND is_inside))::BIGINT AS inside,
    (count(*) FILTER (WHERE is_due AND is_inside)) / nullif(count(*) FILTER (WHERE is_due), 0) AS coverage_share,
    avg(persons - came) FILTER (WHERE is_due) AS mean_error_persons,
    avg(abs(persons - came) / nullif(came, 0)) FILTER (WHERE is_due) AS mean_error_share,
    avg(abs(finish_error_minutes)) AS finish_error_minutes,
    avg(is_finish_inside::BIGINT) AS finish_coverage_share
FROM held
GROUP BY scope_level, scope_id
ORDER BY scope_level, scope_id
