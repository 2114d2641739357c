-- what: every open item of the scope's day by name, with where it stands, since when, its next step and who signed an
--       exception for it and why (Q98); the first 200 of a kind, those without an exception and the oldest first, and how
--       many there are of the kind. label: what people call it: a ticket by its number, everything else by item_id
-- grain: open item
SELECT
    u.kind, u.item_id, coalesce('#' || t.number, u.item_id) AS label, u.site_id, u.town_code, u.name_zh, u.name_en,
    u.state, u.since, u.next_step, u.exception_by, u.exception_reason, count(*) OVER (PARTITION BY u.kind)::BIGINT AS of_kind
FROM known.unclosed($as_of, $speed, $scope_level, $scope_id) u
LEFT JOIN ticket_in($as_of, $scope_level, $scope_id) t ON u.kind = 'tickets' AND t.ticket_id = u.item_id
QUALIFY row_number() OVER (PARTITION BY u.kind ORDER BY u.exception_by IS NOT NULL, u.since NULLS FIRST, u.item_id) <= 200
ORDER BY
    list_position(['tubes', 'sheets', 'passwords', 'devices', 'tickets', 'reports'], u.kind), u.exception_by IS NOT NULL,
    u.since NULLS FIRST, u.item_id
