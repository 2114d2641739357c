-- what: where signal vehicles should go next (Q91): to the scope's sites whose crowd has outgrown their network (crowd_index
--       above 1, NULL without any network); from_site_id is "" from the depot; waits are minutes in half an hour, without
--       and with the vehicle
-- grain: vehicle
SELECT
    v.vehicle_id, v.carrier, v.from_site_id, v.to_site_id AS site_id, s.name_zh, s.name_en, s.town_code, v.distance_km,
    v.ready_in_minutes, v.crowd_index, v.wait_before, v.wait_after, v.person_minutes
FROM known.vehicle_move($as_of) v
JOIN sites_in($scope_level, $scope_id) s ON s.site_id = v.to_site_id
ORDER BY v.person_minutes DESC, v.vehicle_id
