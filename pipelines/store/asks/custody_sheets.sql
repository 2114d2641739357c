-- what: every account sheet of the scope by number: where it stands, when it was issued, returned, destroyed, by whom and
--       who saw it; those not destroyed first
-- grain: sheet
SELECT
    h.sheet_no, h.site_id, s.town_code, s.name_zh, s.name_en, h.state, h.issued_at, h.returned_at, h.destroyed_at,
    h.destroyed_by, h.witness
FROM sheet($as_of) h
JOIN sites_in($scope_level, $scope_id) s ON s.site_id = h.site_id
ORDER BY h.state = 'destroyed', h.site_id, h.sheet_no
