-- what: of each site's account sheets (Q70, Q74) how many were issued, came back, were destroyed, are missing, and are
--       still open: anywhere short of destroyed; by when its town's account changes its password (Q75), and whether sheets
--       are open after that
-- grain: site, every one of the scope
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, s.lanes, count(h.sheet_no)::BIGINT AS sheets,
    count(*) FILTER (WHERE h.issued_at IS NOT NULL OR h.state NOT IN ('printed'))::BIGINT AS issued,
    count(*) FILTER (WHERE h.state IN ('returned', 'destroyed'))::BIGINT AS returned,
    count(*) FILTER (WHERE h.state = 'destroyed')::BIGINT AS destroyed,
    count(*) FILTER (WHERE h.state = 'missing')::BIGINT AS missing,
    count(*) FILTER (WHERE h.state <> 'destroyed')::BIGINT AS open, max(h.destroyed_at) AS destroyed_at,
    any_value(a.account_id) AS account_id, any_value(a.due_at) AS due_at,
    coalesce(any_value(a.due_at) < $as_of AND bool_or(h.state <> 'destroyed'), false) AS is_overdue
FROM sites_in($scope_level, $scope_id) s
LEFT JOIN sheet($as_of) h ON h.site_id = s.site_id
LEFT JOIN (
    SELECT town_code, min(account_id) AS account_id, min(due_at) AS due_at FROM account_state($as_of) GROUP BY town_code
) a ON a.town_code = s.town_code
GROUP BY s.site_id, s.name_zh, s.name_en, s.town_code, s.lanes
ORDER BY s.site_id
