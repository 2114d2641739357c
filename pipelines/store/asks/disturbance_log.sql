-- what: the disturbances of the scope that go on or ended, newest first, at most 200; see disturbances_live
-- grain: disturbance
SELECT
    disturbance_id, cause, subject_kind, subject, severity, since, seen_at, ended_at, site_ids, sites, desks, scores,
    evidence, explains
FROM known.disturbance_in($as_of, $scope_level, $scope_id)
ORDER BY since DESC, disturbance_id
LIMIT 200
