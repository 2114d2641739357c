-- what: what was done about the scope's tickets, newest first, the newest 500: who did what when, in which words; actor
--       'command' is the clock
-- grain: act about a ticket
SELECT
    a.sequence, a.happened_at AS "at", t.number, t.ticket_id, t.site_id, t.town_code, t.name_zh, t.name_en, a.kind,
    a.actor, a.role, a.facts ->> '$.level' AS level, a.facts ->> '$.vendor' AS vendor, a.reason
FROM act a
JOIN ticket_in($as_of, $scope_level, $scope_id) t
  ON t.ticket_id = CASE WHEN a.kind = 'ticket_opened' THEN a.act_id ELSE a.target END
WHERE a.kind LIKE 'ticket\_%' ESCAPE '\' AND a.stored_at <= $as_of
ORDER BY a.sequence DESC
LIMIT 500
