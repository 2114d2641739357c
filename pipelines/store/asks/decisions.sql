-- what: what was decided about recommendations, newest first; target of the act is the recommendation
-- grain: decision
SELECT
    sequence, act_id, target AS recommendation_id,
    CASE WHEN kind = 'recommendation_accepted' THEN 'accepted' ELSE 'rejected' END AS decision,
    actor, role, scope_level, scope_id, facts, reason, happened_at AS decided_at
FROM acts_in($as_of, $scope_level, $scope_id)
WHERE kind IN ('recommendation_accepted', 'recommendation_rejected')
ORDER BY sequence DESC
LIMIT 5000
