-- what: every version of the scope's own reports, when and why it was issued (frozen at the hour; entered: site inputs came;
--       late_data: the feeds told more of a past hour, Q96; corrected: somebody corrected a figure or contradicted one),
--       and who signed it
-- grain: hour × version, the newest first
WITH signed AS (
    SELECT report_id, version, arg_min(signed_by, sequence) AS signed_by, min(signed_at) AS signed_at
    FROM report_signature($as_of)
    GROUP BY report_id, version
)
SELECT r.* EXCLUDE (tick), s.signed_by, s.signed_at
FROM report_in($as_of, $scope_level, $scope_id) r
LEFT JOIN signed s ON s.report_id = r.report_id AND s.version = r.version
WHERE r.scope_level = $scope_level AND r.scope_id = coalesce($scope_id, '')
ORDER BY r.hour_at DESC, r.version DESC
