-- what: the alerts of a scope that are not ok, an alarm's begin as since; an acknowledgement holds for the alarm that it
--       was made in, a silence until it ends
-- grain: alert
CREATE OR REPLACE MACRO known.alert_in(as_of, scope_level, scope_id) AS TABLE
SELECT
    a.alert_id, a.rule, a.about, a.subject, a.name_zh, a.name_en, a.town_code, a.site_id, a.severity, a.state,
    coalesce(a.fired_at, a.state_since) AS since, a.value, a.bound, a.muted_by,
    CASE WHEN d.acknowledged_at >= coalesce(a.fired_at, a.state_since) THEN d.acknowledged_by END AS acknowledged_by,
    CASE WHEN d.acknowledged_at >= coalesce(a.fired_at, a.state_since) THEN d.acknowledged_at END AS acknowledged_at,
    CASE WHEN d.acknowledged_at >= coalesce(a.fired_at, a.state_since) THEN d.note END AS note,
    CASE WHEN d.silenced_until > as_of THEN d.silenced_until END AS silenced_until,
    a.fired_at IS NOT NULL OR (a.subject = '*' AND a.state = 'error') AS is_alarm, a.state_since, a.fired_at
FROM known.alert(as_of) a
LEFT JOIN alert_acts(as_of) d ON d.alert_id = a.alert_id
WHERE watched_in(a.about, a.subject, a.site_id, a.town_code, scope_level, scope_id);
