-- what: where each alert stands that is not ok, from the hot table
-- grain: alert
CREATE OR REPLACE MACRO live.alert(as_of) AS TABLE
SELECT
    alert_id, rule, about, subject, severity, state, was, state_since, fired_at, value, bound, site_id, town_code,
    name_zh, name_en, muted_by, seen_at
FROM alert_now;
