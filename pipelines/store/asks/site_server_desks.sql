-- what: how many desks of each site of the scope work on which server
-- grain: site × server with desks
SELECT d.site_id, d.server_id, d.desks
FROM known.desks($as_of) d
SEMI JOIN sites_in($scope_level, $scope_id) i USING (site_id)
WHERE d.desks > 0
ORDER BY d.site_id, d.server_id
