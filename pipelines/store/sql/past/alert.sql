-- what: where each alert stood at as_of that was not ok, from what had happened by then
-- grain: alert
CREATE OR REPLACE MACRO past.alert(as_of) AS TABLE
SELECT
    alert_id, rule, about, subject, severity, state, was, state_since, fired_at, value, bound, site_id, town_code,
    name_zh, name_en, muted_by, seen_at
FROM alert_event
SEMI JOIN (SELECT alert_id, max(tick) AS tick FROM alert_event WHERE stored_at <= as_of GROUP BY alert_id) AS newest
USING (alert_id, tick)
WHERE state <> 'ok';
