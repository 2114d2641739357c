-- what: which share of those to be trained in the scope's towns had been trained by each day, skill by skill (Q17, Q18, Q20),
--       as the campaign's record says
-- grain: local day with any training × skill
WITH own AS (
    SELECT * FROM organisation WHERE town_code IN (SELECT town_code FROM sites_in($scope_level, $scope_id))
),
whole AS (SELECT sum(persons)::BIGINT AS persons FROM own),
days AS (SELECT DISTINCT day_at FROM training WHERE day_at <= $as_of),
taught AS (
    SELECT t.skill, t.day_at, sum(t.persons) AS persons
    FROM training t SEMI JOIN own o ON o.organisation_id = t.organisation_id
    GROUP BY t.skill, t.day_at
)
SELECT
    d.day_at, k.skill, coalesce(sum(t.persons), 0)::BIGINT AS trained, any_value(w.persons) AS persons,
    coalesce(sum(t.persons), 0) / nullif(any_value(w.persons), 0) AS trained_share
FROM days d
CROSS JOIN (VALUES ('online', 0), ('offline', 1), ('city', 2)) AS k(skill, position)
CROSS JOIN whole w
LEFT JOIN taught t ON t.skill = k.skill AND t.day_at <= d.day_at
GROUP BY d.day_at, k.skill, k.position
ORDER BY d.day_at, k.position
