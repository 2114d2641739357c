-- what: who signed which version of the scope's report of the hour (Q86); is_late: after the due time
-- grain: signature, the oldest first
SELECT
    sequence, report_id, version, signed_by, role, signed_at,
    signed_at > hour_of(split_part(report_id, '/', 1)) + INTERVAL 15 MINUTE AS is_late, text
FROM report_signature($as_of)
WHERE report_id IN (
    SELECT report_id FROM report_version
    WHERE scope_level = $scope_level AND scope_id = coalesce($scope_id, '') AND hour_at = hour_of($hour)
      AND stored_at <= $as_of
)
ORDER BY sequence
