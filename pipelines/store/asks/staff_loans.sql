-- what: who could lend whom staff for one more lane now: the nearest quiet site, and both waits in half an hour (minutes)
--       without and with it; person_minutes of waiting saved within the hour. A town sees the loans among its own sites
-- grain: giving site × taking site × role
SELECT
    l.from_site_id, f.name_zh AS from_name_zh, f.name_en AS from_name_en, l.to_site_id, t.name_zh AS to_name_zh,
    t.name_en AS to_name_en, t.town_code, l.role, l.persons, l.distance_km, l.ready_in_minutes, l.to_wait_before,
    l.to_wait_after, l.from_wait_before, l.from_wait_after, l.person_minutes
FROM known.staff_loan($as_of) l
JOIN sites_in($scope_level, $scope_id) f ON f.site_id = l.from_site_id
JOIN sites_in($scope_level, $scope_id) t ON t.site_id = l.to_site_id
ORDER BY l.person_minutes DESC, l.to_site_id, l.role
