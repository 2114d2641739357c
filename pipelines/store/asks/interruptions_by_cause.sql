-- what: the interruptions that began in the scope, by cause and quarter of an hour: how many, at how many sites, how many of
--       them still go on, and the minutes that the ended ones took together (Q61)
-- grain: 15 minutes × cause with any
SELECT
    time_bucket(INTERVAL 15 MINUTE, i.begun_at) AS bucket_at, i.cause, count(*)::BIGINT AS interruptions,
    count(DISTINCT i.site_id)::BIGINT AS sites, count(*) FILTER (WHERE i.ended_at IS NULL)::BIGINT AS open,
    coalesce(sum(i.seconds), 0) / 60.0 AS minutes
FROM known.interruption($as_of) i
SEMI JOIN sites_in($scope_level, $scope_id) s ON s.site_id = i.site_id
GROUP BY 1, i.cause
ORDER BY bucket_at, i.cause
