-- what: the latest 500 acts that concern the scope, newest first
-- grain: act
SELECT
    sequence, act_id, kind, actor, role, scope_level, scope_id, target, facts, reason, happened_at, recorded_at
FROM acts_in($as_of, $scope_level, $scope_id)
ORDER BY sequence DESC
LIMIT 500
