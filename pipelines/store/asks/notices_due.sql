-- what: what became of the scope's alerts since a moment (ISO text; '': nothing was told yet): they fire, are over, or
--       passed (came and went since begun); what is explained by another, or silenced, is not told
-- grain: alert
WITH before AS (SELECT alert_id FROM past.heard_alarm(try_cast(nullif($since, '') AS TIMESTAMPTZ))),
now_heard AS (SELECT alert_id FROM past.heard_alarm($as_of)),
still AS (SELECT alert_id FROM past.alert($as_of) WHERE fired_at IS NOT NULL OR (subject = '*' AND state = 'error')),
passed AS (
    SELECT DISTINCT alert_id FROM alert_event
    WHERE fired_at IS NOT NULL AND muted_by = ''
      AND stored_at <= $as_of AND stored_at > try_cast($begun AS TIMESTAMPTZ)
),
named AS (
    SELECT e.* FROM alert_event e
    SEMI JOIN (SELECT alert_id, max(tick) AS tick FROM alert_event WHERE stored_at <= $as_of GROUP BY alert_id) l
    USING (alert_id, tick)
),
judged AS (
    SELECT
        n.*, n.alert_id IN (SELECT alert_id FROM before) AS was_heard,
        n.alert_id IN (SELECT alert_id FROM now_heard) AS is_heard,
        n.alert_id IN (SELECT alert_id FROM still) AS is_still,
        n.alert_id IN (SELECT alert_id FROM passed) AS has_passed
    FROM named n
)
SELECT
    alert_id, rule, about, subject, severity, site_id, town_code, name_zh, name_en, value, fired_at,
    CASE WHEN is_heard THEN 'fires' WHEN was_heard THEN 'over' ELSE 'passed' END AS change
FROM judged
WHERE ((is_heard AND NOT was_heard) OR (NOT is_still AND (was_heard OR has_passed)))
  AND watched_in(about, subject, site_id, town_code, $scope_level, $scope_id)
ORDER BY alert_id
