-- what: every report that the scope's hours ask for (Q86): version 0: not frozen yet; signed_*: the newest version that was
--       signed; is_signed: the newest version itself is; is_late: not signed by the due time, first_signed_at is when it
--       first was; is_revised: figures changed after the due time; sites_*: how its sites have entered the hour
-- grain: hour that is past × place of the scope (itself and what lies in it), the newest hour first
WITH place AS (
    SELECT 'district' AS scope_level, '' AS scope_id, '' AS name_zh, '' AS name_en, '' AS town_code, -1 AS position
    WHERE $scope_level = 'district'
    UNION ALL
    SELECT 'town', town_code, name_zh, name_en, town_code, position FROM town
    WHERE $scope_level = 'district' OR ($scope_level = 'town' AND town_code = $scope_id)
    UNION ALL
    SELECT 'site', site_id, name_zh, name_en, town_code, NULL FROM sites_in($scope_level, $scope_id)
),
newest AS (
    SELECT r.* FROM report_in($as_of, $scope_level, $scope_id) r
    QUALIFY r.version = max(r.version) OVER (PARTITION BY r.report_id)
),
signed AS (
    SELECT
        report_id, max(version) AS version, arg_max(signed_by, version) AS signed_by,
        arg_max(signed_at, version) AS signed_at, min(signed_at) AS first_signed_at
    FROM report_signature($as_of)
    GROUP BY report_id
)
SELECT
    n.report_id, h.hour_at, h.due_at, p.scope_level, p.scope_id, p.name_zh, p.name_en, p.town_code,
    coalesce(n.version, 0)::BIGINT AS version, n.why, coalesce(n.is_revised, false) AS is_revised, n.frozen_at,
    n.persons, n.tubes, n.third_copies, n.sites, n.sites_entered, n.sites_late, n.sites_missing, n.conflicts,
    s.version AS signed_version, s.signed_by, s.signed_at, s.first_signed_at,
    coalesce(s.version >= n.version, false) AS is_signed,
    coalesce(s.first_signed_at > h.due_at, h.due_at < $as_of) AS is_late
FROM known.input_due($as_of) h
CROSS JOIN place p
LEFT JOIN newest n ON n.hour_at = h.hour_at AND n.scope_level = p.scope_level AND n.scope_id = p.scope_id
LEFT JOIN signed s ON s.report_id = n.report_id
ORDER BY h.hour_at DESC, p.position NULLS LAST, p.scope_level, p.scope_id
