-- what: what happened to the scope's alerts, newest first, at most 500 changes: from which state to which, when, the
--       number judged then, and which alert explained it; what was only pending or not known is left out
-- grain: change of one alert
SELECT
    seen_at AS at, alert_id, rule, about, subject, name_zh, name_en, town_code, site_id, severity, was, state, fired_at,
    value, bound, muted_by
FROM alert_event
WHERE stored_at <= $as_of AND state <> was
  AND (fired_at IS NOT NULL OR was IN ('firing', 'recovering', 'error') OR state = 'error')
  AND watched_in(about, subject, site_id, town_code, $scope_level, $scope_id)
ORDER BY seen_at DESC, alert_id, tick DESC
LIMIT 500
