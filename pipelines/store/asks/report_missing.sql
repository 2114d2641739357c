-- what: the tubes that the scope's report of the hour counts as missing (Q84): lost, or at a wrong lab, and not received by the
--       hour, as known when that version was issued; $version '' for the newest. since: when it was missed
-- grain: tube and site that says so; the longest missed first, the first 200
WITH own AS (
    SELECT own_frozen_at, hour_at FROM reports_at($as_of, $scope_level, $scope_id, $hour, $version)
    WHERE part = 0 AND hour_at = hour_of($hour)
),
known_by AS (
    SELECT e.barcode, e.site_id, e.kind, e.happened_at, e.sequence
    FROM tube_event e
    JOIN own o ON e.happened_at < o.hour_at AND e.stored_at <= o.own_frozen_at
    SEMI JOIN sites_in($scope_level, $scope_id) s ON s.site_id = e.site_id
    WHERE e.kind IN ('lost', 'misrouted', 'received')
),
astray AS (
    SELECT
        barcode, site_id, arg_max(kind, sequence) FILTER (WHERE kind <> 'received') AS kind,
        min(happened_at) FILTER (WHERE kind <> 'received') AS since
    FROM known_by
    GROUP BY barcode, site_id
    HAVING since IS NOT NULL AND count(*) FILTER (WHERE kind = 'received') = 0
)
SELECT a.barcode, a.site_id, s.name_zh, s.name_en, a.kind, a.since
FROM astray a
JOIN site s ON s.site_id = a.site_id
ORDER BY a.since, a.barcode
LIMIT 200
