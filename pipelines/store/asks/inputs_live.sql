-- what: what each site has entered for the last full hour (Q82, Q86): the newest version of it, whether the first came late
--       (over a quarter of an hour after the hour, or is not there by then), whether it is missing; and of how many hours
-- grain: site, every one of the scope; NULL where nothing was entered, or no hour is over yet
WITH hours AS (SELECT hour_at, due_at FROM known.input_due($as_of)),
last AS (SELECT max(hour_at) AS hour_at, max(due_at) AS due_at, count(*)::BIGINT AS hours_due FROM hours),
known AS (SELECT * FROM site_input WHERE stored_at <= $as_of),
newest AS (
    SELECT
        site_id, hour_at, min(entered_at) AS first_at, max_by(entered_at, sequence) AS entered_at,
        max_by(version, sequence) AS version, max_by(persons, sequence) AS persons, max_by(tubes, sequence) AS tubes,
        max_by(third_copies, sequence) AS third_copies, max_by(special_cases, sequence) AS special_cases
    FROM known
    GROUP BY site_id, hour_at
),
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
