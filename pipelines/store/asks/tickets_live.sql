-- what: the scope's tickets that are open, and those solved within the last 12 campaign hours (Q79, Q80): on whose desk each
--       lies, who took it, how old it is, when its level's time is over, whether it is, and where it goes then (NULL: no
--       further by itself); the open ones first, those whose time is over first of all
-- grain: ticket; at most 500
SELECT
    ticket_id, number, scope_level, scope_id, site_id, town_code, name_zh, name_en, category, severity, alert_id, title,
    opened_by, opened_at, level, level_since, owner, state, solved_at, solved_by, last_note, last_at, escalations, vendor,
    epoch($as_of - opened_at) / 60 AS age_minutes,
    CASE WHEN state = 'open' THEN due_at END AS due_at, state = 'open' AND due_at <= $as_of AS is_overdue,
    CASE WHEN state = 'open' THEN CASE level WHEN 'site' THEN 'town' WHEN 'town' THEN 'district' END END AS next_level
FROM ticket_in($as_of, $scope_level, $scope_id)
WHERE state = 'open' OR solved_at > $as_of - INTERVAL 12 HOUR
ORDER BY state <> 'open', due_at > $as_of, severity <> 'critical', due_at, number
LIMIT 500
