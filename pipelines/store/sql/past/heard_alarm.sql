-- what: the alarms that a channel speaks of at a moment: not over, not explained by another, not silenced
-- grain: alert
CREATE OR REPLACE MACRO past.heard_alarm(as_of) AS TABLE
SELECT a.alert_id
FROM past.alert(as_of) a
LEFT JOIN alert_acts(as_of) d ON d.alert_id = a.alert_id
WHERE (a.fired_at IS NOT NULL OR (a.subject = '*' AND a.state = 'error'))
  AND a.muted_by = '' AND (d.silenced_until IS NULL OR d.silenced_until <= as_of);
