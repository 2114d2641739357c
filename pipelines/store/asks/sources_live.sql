-- what: how each source of the scope does: last good pull, its age in wall seconds, last outcome, failures in the
--       campaign hour before as_of; sources that are of no one site belong to every scope
-- grain: source
WITH failed AS (
    SELECT source_id, count(*)::BIGINT AS failures
    FROM source_pull
    WHERE outcome <> 'ok' AND stored_at > $as_of - INTERVAL 1 HOUR AND stored_at <= $as_of
    GROUP BY source_id
)
SELECT
    p.source_id, p.kind, p.last_good_at, wall_age_s($as_of, p.last_good_at, $speed) AS age_s,
    p.last_outcome, p.last_reason, coalesce(f.failures, 0)::BIGINT AS failures_last_hour
FROM known.source($as_of) p
LEFT JOIN failed f ON f.source_id = p.source_id
WHERE p.site_id IS NULL OR p.site_id IN (SELECT site_id FROM sites_in($scope_level, $scope_id))
ORDER BY p.source_id
