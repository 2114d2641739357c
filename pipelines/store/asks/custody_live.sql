-- what: of each site's account sheets (Q70, Q74) how many were issued, came back, were destroyed, are missing, and are
--       still open: anywhere short of destroyed
-- grain: site, every one of the scope
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, s.lanes, count(h.sheet_no)::BIGINT AS sheets,
    count(*) FILTER (WHERE h.issued_at IS NOT NULL OR h.state NOT IN ('printed'))::BIGINT AS issued,
    count(*) FILTER (WHERE h.state IN ('returned', 'destroyed'))::BIGINT AS returned,
    count(*) FILTER (WHERE h.state = 'destroyed')::BIGINT AS destroyed,
    count(*) FILTER (WHERE h.state = 'missing')::BIGINT AS missing,
    count(*) FILTER (WHERE h.state <> 'destroyed')::BIGINT AS open, max(h.destroyed_at) AS destroyed_at
FROM sites_in($scope_level, $scope_id) s
LEFT JOIN sheet($as_of) h ON h.site_id = s.site_id
GROUP BY s.site_id, s.name_zh, s.name_en, s.town_code, s.lanes
ORDER BY s.site_id
