-- what: the at most three things to do that stood in the scope when its report of the hour was frozen (Q87), by the
--       person-minutes of waiting they were expected to save; a later version keeps them. evidence: JSON, key to figure
-- grain: recommendation, the first first
WITH stood AS (
    SELECT r.* FROM recommendation r
    JOIN report_frozen($as_of, $scope_level, $scope_id, $hour) f ON r.stored_at <= f.frozen_at
    QUALIFY r.tick = max(r.tick) OVER (PARTITION BY r.recommendation_id)
),
ours AS (SELECT list(site_id) AS site_ids FROM sites_in($scope_level, $scope_id))
SELECT
    row_number() OVER (ORDER BY s.person_minutes DESC, s.recommendation_id) AS rank, s.recommendation_id, s.kind,
    s.subject, s.scope_level, s.scope_id, s.site_ids, s.state, s.made_at, s.metric, s.value_before, s.value_after,
    s.effect_minutes, s.person_minutes, s.evidence, s.disturbance_id
FROM stood s
CROSS JOIN ours o
WHERE s.state IN ('open', 'accepted')
  AND ($scope_level = 'district' OR (len(s.site_ids) > 0 AND list_has_all(coalesce(o.site_ids, []::VARCHAR[]), s.site_ids)))
ORDER BY rank
LIMIT 3
