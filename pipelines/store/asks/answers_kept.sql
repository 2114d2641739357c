-- what: saved what-if answers held against what came: persons of the district predicted to be sampled by an hour after the
--       saving, with their band of 95 %, and how many came once that hour has passed (NULL before); the predicted end, and
--       how far it was off once the district has closed and nobody was sampled for half an hour
-- grain: act by which a case was saved with its answer
WITH saved AS (
    SELECT
        a.sequence, a.actor, a.happened_at AS made_at, a.facts ->> 'name' AS name, a.facts ->> 'code' AS code,
        o.opens_at + INTERVAL 1 MINUTE * (a.facts ->> 'target_minute')::DOUBLE AS target_at,
        (a.facts ->> 'persons')::DOUBLE AS persons, (a.facts ->> 'persons_low')::DOUBLE AS persons_low,
        (a.facts ->> 'persons_high')::DOUBLE AS persons_high,
        o.opens_at + INTERVAL 1 MINUTE * (a.facts ->> 'finish_minute')::DOUBLE AS finish_at
    FROM act a CROSS JOIN round o
    WHERE a.kind = 'scenario_saved' AND a.stored_at <= $as_of AND a.happened_at <= $as_of
        AND $scope_level = 'district' AND $scope_id IS NULL AND (a.facts ->> 'target_minute') IS NOT NULL
),
sampled AS (
    SELECT happened_at, persons FROM tube_event
    WHERE kind = 'sampled' AND stored_at <= $as_of AND happened_at <= $as_of
),
came AS (
    SELECT s.sequence, coalesce(sum(e.persons), 0)::BIGINT AS persons
    FROM saved s LEFT JOIN sampled e ON e.happened_at <= s.target_at
    WHERE s.target_at <= $as_of
    GROUP BY s.sequence
),
ended AS (
    SELECT l.at
    FROM (SELECT max(happened_at) AS at FROM sampled) l CROSS JOIN round o
    WHERE $as_of >= o.closes_at AND l.at <= $as_of - INTERVAL 30 MINUTE
)
SELECT
    s.sequence, s.actor, s.made_at, s.name, s.code, s.target_at, s.persons, s.persons_low, s.persons_high,
    c.persons AS persons_came, c.persons BETWEEN s.persons_low AND s.persons_high AS is_inside, s.finish_at,
    (epoch_us(s.finish_at) - epoch_us(e.at)) / 60000000.0 AS finish_error_minutes
FROM saved s
LEFT JOIN came c USING (sequence)
LEFT JOIN ended e ON true
ORDER BY s.sequence
