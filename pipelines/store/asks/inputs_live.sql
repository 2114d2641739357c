-- what: what each site has entered for the last full hour (Q82, Q86), through its own feed or by hand: what holds of it, whether
--       the first entry came late (over a quarter of an hour after the hour, or is not there by then), whether it is
--       missing; and of how many hours
-- grain: site, every one of the scope; NULL where nothing was entered, or no hour is over yet
WITH hours AS (SELECT hour_at, due_at FROM known.input_due($as_of)),
last AS (SELECT max(hour_at) AS hour_at, max(due_at) AS due_at, count(*)::BIGINT AS hours_due FROM hours),
newest AS (SELECT * FROM input_newest($as_of)),
entered AS (
    SELECT k.site_id, count(*)::BIGINT AS hours_entered
    FROM newest k SEMI JOIN hours h ON h.hour_at = k.hour_at
    GROUP BY k.site_id
)
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, l.hour_at, l.due_at, n.entered_at, n.version, n.persons, n.tubes,
    n.third_copies, n.special_cases,
    coalesce(n.first_at > l.due_at, l.due_at < $as_of, false) AS is_late,
    coalesce(n.site_id IS NULL AND l.due_at < $as_of, false) AS is_missing, l.hours_due,
    coalesce(e.hours_entered, 0)::BIGINT AS hours_entered
FROM sites_in($scope_level, $scope_id) s
CROSS JOIN last l
LEFT JOIN newest n ON n.site_id = s.site_id AND n.hour_at = l.hour_at
LEFT JOIN entered e ON e.site_id = s.site_id
ORDER BY s.site_id
