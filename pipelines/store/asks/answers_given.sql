-- what: simulated what-if answers that were given while the sites were open, saved or not, held against what came: persons
--       of the district predicted to be sampled by an hour later, with their band of 95 %, and how many came once that hour
--       has passed (NULL before); how far the predicted end was off, once the district has closed and nobody was sampled
--       for half an hour. is_of_the_day: the case supposes the day that runs, not another one
-- grain: case × hour of the campaign in which it was answered, its newest answer
WITH made AS (
    SELECT *
    FROM answer_given
    WHERE stored_at <= $as_of AND $scope_level = 'district' AND $scope_id IS NULL
    QUALIFY row_number() OVER (PARTITION BY code, time_bucket(INTERVAL 1 HOUR, made_at) ORDER BY made_at DESC, tick DESC) = 1
),
sampled AS (
    SELECT happened_at, persons FROM tube_event
    WHERE kind = 'sampled' AND stored_at <= $as_of AND happened_at <= $as_of
),
came AS (
    SELECT t.target_at, coalesce(sum(e.persons), 0)::BIGINT AS persons
    FROM (SELECT DISTINCT target_at FROM made WHERE target_at <= $as_of) t
    LEFT JOIN sampled e ON e.happened_at <= t.target_at
    GROUP BY t.target_at
),
ended AS (
    SELECT l.at
    FROM (SELECT max(happened_at) AS at FROM sampled) l CROSS JOIN round o
    WHERE $as_of >= o.closes_at AND l.at <= $as_of - INTERVAL 30 MINUTE
)
SELECT
    m.code, m.name, m.is_of_the_day, m.made_at, m.target_at, m.persons, m.persons_low, m.persons_high,
    c.persons AS persons_came, c.persons BETWEEN m.persons_low AND m.persons_high AS is_inside, m.finish_at,
    (epoch_us(m.finish_at) - epoch_us(e.at)) / 60000000.0 AS finish_error_minutes
FROM made m
LEFT JOIN came c USING (target_at)
LEFT JOIN ended e ON true
ORDER BY m.made_at, m.code
