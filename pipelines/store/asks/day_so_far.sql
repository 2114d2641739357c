-- what: where each site stands: who was registered and sampled, who stands in line, lanes open; NULL where nothing was told
-- grain: site, every one of the scope
SELECT s.site_id, s.town_code, c.persons_registered, c.persons_sampled, q.queue_persons, q.lanes_open
FROM sites_in($scope_level, $scope_id) s
LEFT JOIN known.counts($as_of) c ON c.site_id = s.site_id
LEFT JOIN known.queue($as_of) q ON q.site_id = s.site_id
ORDER BY s.site_id
