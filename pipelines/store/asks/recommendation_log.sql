-- what: the scope's recommendations of the round, whatever became of them, newest first, at most 200; state: open,
--       accepted, done, rejected, lapsed (its reason went away)
-- grain: recommendation
SELECT
    recommendation_id, kind, subject, scope_level, scope_id, len(site_ids)::BIGINT AS sites, site_ids, state, made_at,
    seen_at, ended_at, metric, value_before, value_after, effect_minutes, person_minutes, evidence, orders,
    disturbance_id
FROM known.recommendation_in($as_of, $scope_level, $scope_id)
ORDER BY made_at DESC, recommendation_id
LIMIT 200
