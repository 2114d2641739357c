-- what: the scope's hours up to the report's, as they stood when that version was issued: what its chart is drawn from
-- grain: hour, the oldest first
SELECT
    hour_at, version, persons, tubes,
    persons - coalesce(lag(persons) OVER (ORDER BY hour_at), 0) AS hour_persons,
    tubes - coalesce(lag(tubes) OVER (ORDER BY hour_at), 0) AS hour_tubes
FROM reports_at($as_of, $scope_level, $scope_id, $hour, $version)
WHERE part = 0
ORDER BY hour_at
