-- what: the scope's tubes that do not hold ten persons (Q63, case 44): short, with the reason that was given; short_unsaid,
--       without one; over, more than ten; and labels or tubes that a rule refused (refused, the rule in reason; told to
--       the district, or to the site of their tube)
-- grain: tube × kind × reason, newest first
WITH closed AS (
    SELECT
        e.barcode, e.site_id, e.lab_id, e.persons, e.happened_at AS at, e.short_reason AS reason,
        CASE
            WHEN e.persons > 10 THEN 'over'
            WHEN e.persons < 10 AND e.short_reason IS NULL THEN 'short_unsaid'
            WHEN e.persons < 10 THEN 'short'
        END AS kind
    FROM tube_event e
    SEMI JOIN sites_in($scope_level, $scope_id) i ON i.site_id = e.site_id
    WHERE e.kind = 'registered' AND e.stored_at <= $as_of AND (e.persons <> 10 OR e.persons IS NULL)
    QUALIFY e.sequence = max(e.sequence) OVER (PARTITION BY e.barcode)
),
tube AS (SELECT barcode, any_value(site_id) AS site_id FROM tube_event WHERE stored_at <= $as_of GROUP BY barcode),
refused AS (
    SELECT x.barcode, t.site_id, NULL AS lab_id, NULL::BIGINT AS persons, max(x.recorded_at) AS at, x.rule, 'refused'
    FROM exception_event x
    LEFT JOIN tube t ON t.barcode = x.barcode
    WHERE x.kind = 'conflict' AND x.stored_at <= $as_of
      AND ($scope_level = 'district' OR t.site_id IN (SELECT site_id FROM sites_in($scope_level, $scope_id)))
    GROUP BY x.barcode, t.site_id, x.rule
)
SELECT o.barcode, o.kind, o.reason, o.site_id, s.name_zh, s.name_en, s.town_code, o.lab_id, o.persons, o.at
FROM (FROM closed WHERE kind IS NOT NULL UNION ALL FROM refused) o
LEFT JOIN site s ON s.site_id = o.site_id
ORDER BY o.at DESC, o.barcode, o.kind, o.reason
