-- what: what was at work in the scope within the hour of its report, as known when it was frozen (Q61): the gravest first;
--       ended_at NULL where it still went on; sites and desks are the scope's own
-- grain: disturbance
WITH stood AS (
    SELECT d.* FROM disturbance d
    JOIN report_frozen($as_of, $scope_level, $scope_id, $hour) f ON d.stored_at <= f.frozen_at
    QUALIFY d.tick = max(d.tick) OVER (PARTITION BY d.disturbance_id)
),
hit AS (SELECT disturbance_id, unnest(site_ids) AS site_id, unnest(site_desks) AS desks FROM stood),
inside AS (
    SELECT h.disturbance_id, count(*)::BIGINT AS sites, sum(h.desks)::BIGINT AS desks
    FROM hit h SEMI JOIN sites_in($scope_level, $scope_id) s USING (site_id)
    GROUP BY h.disturbance_id
)
SELECT
    d.disturbance_id, d.cause, d.subject_kind, d.subject, d.severity, d.since, d.ended_at,
    coalesce(i.sites, 0)::BIGINT AS sites, coalesce(i.desks, 0)::BIGINT AS desks
FROM stood d
LEFT JOIN inside i USING (disturbance_id)
WHERE d.since < hour_of($hour) AND (d.ended_at IS NULL OR d.ended_at > hour_of($hour) - INTERVAL 1 HOUR)
  AND ($scope_level = 'district' OR len(d.site_ids) = 0 OR i.disturbance_id IS NOT NULL)
ORDER BY
    CASE d.severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, desks DESC, d.since, d.disturbance_id
