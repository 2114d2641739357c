-- what: every open item of the scope's day by name, with where it stands, since when, its next step and who signed an
--       exception for it and why (Q98); the first 200 of a kind, those without an exception and the oldest first, and how
--       many there are of the kind
-- grain: open item
SELECT
    kind, item_id, site_id, town_code, name_zh, name_en, state, since, next_step, exception_by, exception_reason,
    count(*) OVER (PARTITION BY kind)::BIGINT AS of_kind
FROM known.unclosed($as_of, $speed, $scope_level, $scope_id)
QUALIFY row_number() OVER (PARTITION BY kind ORDER BY exception_by IS NOT NULL, since NULLS FIRST, item_id) <= 200
ORDER BY
    list_position(['tubes', 'sheets', 'passwords', 'devices', 'tickets', 'reports'], kind), exception_by IS NOT NULL,
    since NULLS FIRST, item_id
