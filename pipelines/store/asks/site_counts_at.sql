-- what: each site's newest counts as known at as_of, with the sequence they reach to
-- grain: site that was ever heard of
SELECT c.site_id, c.sequence, c.observed_at, c.persons_registered, c.tubes_registered
FROM known.counts($as_of) c
SEMI JOIN sites_in($scope_level, $scope_id) i ON i.site_id = c.site_id
ORDER BY c.site_id
