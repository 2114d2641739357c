-- what: what each registration desk of the scope does, and its half-filled tube (Q62, Q73); seats_left of that tube
-- grain: desk that is told of
SELECT
    d.device_id, d.site_id, s.name_zh, s.name_en, s.town_code, d.lane_no, d.server_id, d.contingency, d.session_state,
    d.is_online, d.queued_uploads, d.open_barcode, d.persons_bound,
    CASE WHEN d.open_barcode IS NOT NULL THEN 10 - d.persons_bound END AS seats_left, d.since, a.observed_at, a.age_s,
    a.is_fresh
FROM known.desk($as_of) d
JOIN sites_in($scope_level, $scope_id) s ON s.site_id = d.site_id
JOIN known.page_age($as_of, $speed) a ON a.kind = 'desks'
ORDER BY d.site_id, d.lane_no, d.device_id
