-- what: the alerts of the scope that are not ok, the gravest first: what is watched, where it stands and since when (an
--       alarm's begin), the number that was judged and its bound, which alert explains it ('' for none), and what people
--       did about it
-- grain: alert
SELECT
    alert_id, rule, about, subject, name_zh, name_en, town_code, site_id, severity, state, since, value, bound, muted_by,
    acknowledged_by, acknowledged_at, note, silenced_until, is_alarm, state_since, fired_at
FROM known.alert_in($as_of, $scope_level, $scope_id)
ORDER BY
    NOT is_alarm, muted_by <> '', CASE severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, since, alert_id
