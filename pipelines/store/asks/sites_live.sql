-- what: the state of each site of the scope, always all of them, in the order of their ids
-- grain: site
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, s.lon, s.lat, s.lanes, s.lanes_open, s.planned_persons,
    s.persons_registered, s.tubes_registered, s.persons_last_hour, s.load_share, s.queue_persons, s.wait_minutes,
    s.wait_class, n.network_health, s.main_server_id, s.desks_off_province, s.observed_at, s.age_s, s.is_fresh,
    p.last_outcome, p.last_reason, t.on_shift AS staff_on_shift, t.need AS staff_need, t.short AS staff_short
FROM known.site_state($as_of, $speed) s
SEMI JOIN sites_in($scope_level, $scope_id) i ON i.site_id = s.site_id
LEFT JOIN known.site_network($as_of, $speed) n ON n.site_id = s.site_id
LEFT JOIN known.source($as_of) p ON p.kind = 'site_counts' AND p.site_id = s.site_id
LEFT JOIN known.staff_short($as_of, $speed) t ON t.site_id = s.site_id
ORDER BY s.site_id
