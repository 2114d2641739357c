-- what: who is registered, planned, on shift and needed by the norms at each site of the scope; gap = on_shift - need
-- grain: site × role, every one of them
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, b.role, b.registered, b.planned, b.on_shift, b.need,
    b.on_shift - b.need AS gap, b.need_all_lanes
FROM known.staff_by_site($as_of, $speed) b
JOIN sites_in($scope_level, $scope_id) s ON s.site_id = b.site_id
ORDER BY s.site_id, b.position
