-- what: how many of each health office and medical institution of the scope's towns were trained in each skill (Q19, Q20), by
--       the campaign's record; is_missing: nobody of it has been
-- grain: organisation × skill
SELECT
    o.organisation_id, o.town_code, o.name_zh, o.name_en, k.skill, o.persons,
    coalesce(sum(t.persons), 0)::BIGINT AS trained, coalesce(sum(t.persons), 0) / o.persons AS trained_share,
    max(t.day_at) AS last_at, coalesce(sum(t.persons), 0) = 0 AS is_missing
FROM organisation o
CROSS JOIN (VALUES ('online', 0), ('offline', 1), ('city', 2)) AS k(skill, position)
LEFT JOIN training t ON t.organisation_id = o.organisation_id AND t.skill = k.skill AND t.day_at <= $as_of
WHERE o.town_code IN (SELECT town_code FROM sites_in($scope_level, $scope_id))
GROUP BY o.organisation_id, o.position, o.town_code, o.name_zh, o.name_en, o.persons, k.skill, k.position
ORDER BY o.position, k.position
