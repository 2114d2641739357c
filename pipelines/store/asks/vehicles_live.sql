-- what: where each signal vehicle stands or goes (Q91); those without a site are at the depot and of every scope
-- grain: vehicle
SELECT
    v.vehicle_id, v.carrier, v.state, v.site_id, s.name_zh, s.name_en, s.town_code, v.since, a.observed_at, a.age_s,
    a.is_fresh
FROM known.vehicle($as_of) v
JOIN known.page_age($as_of, $speed) a ON a.kind = 'vehicles'
LEFT JOIN sites_in($scope_level, $scope_id) s ON s.site_id = v.site_id
WHERE v.site_id IS NULL OR s.site_id IS NOT NULL
ORDER BY v.vehicle_id
