-- what: the newest version of every report of the scope, with its figures as they were frozen
-- grain: report
SELECT r.* EXCLUDE (tick, stored_at)
FROM report_in($as_of, $scope_level, $scope_id) r
SEMI JOIN (
    SELECT report_id, max(version) AS version FROM report_version WHERE stored_at <= $as_of GROUP BY report_id
) n USING (report_id, version)
ORDER BY r.hour_at, r.scope_level, r.scope_id
