-- what: what reports are frozen from: each site's figures up to each full hour, fed and entered, as known.site_hour has them
-- grain: site × hour that is past, every one of the scope
SELECT
    h.site_id, h.town_code, h.hour_at, h.due_at, h.persons_fed, h.persons, h.tubes_fed, h.tubes, h.third_copies,
    h.special_cases_fed, h.special_cases, h.tubes_sampled, h.tubes_received, h.tubes_resulted, h.tubes_missing,
    h.is_entered, h.is_late, h.is_missing, h.is_corrected, h.is_conflict
FROM known.site_hour($as_of) h
SEMI JOIN sites_in($scope_level, $scope_id) i ON i.site_id = h.site_id
ORDER BY h.hour_at, h.site_id
