-- what: how many registrations were interrupted in the last 15 campaign minutes, by site and the desks' word for the cause
-- grain: site × cause with any
SELECT i.site_id, i.cause, count(*)::BIGINT AS interruptions
FROM known.interruption($as_of) i
SEMI JOIN sites_in($scope_level, $scope_id) s ON s.site_id = i.site_id
WHERE i.begun_at > $as_of - INTERVAL 15 MINUTE
GROUP BY i.site_id, i.cause
ORDER BY i.site_id, i.cause
