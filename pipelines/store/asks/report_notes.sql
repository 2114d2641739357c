-- what: what people noted about the recommended actions of the scope's report of the hour
-- grain: note, the oldest first
SELECT sequence, target AS report_id, (facts ->> '$.recommendation_id') AS recommendation_id, actor, role,
    happened_at AS noted_at, reason AS text
FROM acts_in($as_of, $scope_level, $scope_id)
WHERE kind = 'report_advice_noted' AND scope_level = $scope_level AND coalesce(scope_id, '') = coalesce($scope_id, '')
  AND hour_of(split_part(target, '/', 1)) = hour_of($hour)
ORDER BY sequence
