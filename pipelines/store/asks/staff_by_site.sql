-- what: who is registered, planned, on shift and needed by the norms at each site of the scope; gap = on_shift - need.
--       lacking: the persons that are missing; volunteers and cadres stand in for each other, so that one's surplus
--       fills the other's gap
-- grain: site × role, every one of them
WITH against AS (
    SELECT
        b.*, b.on_shift - b.need AS gap,
        CASE WHEN b.role IN ('volunteer', 'cadre') THEN 'lanes' ELSE b.role END AS pool
    FROM known.staff_by_site($as_of, $speed) b
    SEMI JOIN sites_in($scope_level, $scope_id) i USING (site_id)
)
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, a.role, a.registered, a.planned, a.on_shift, a.need, a.gap,
    a.need_all_lanes,
    CASE
        WHEN a.gap IS NOT NULL THEN greatest(0, least(-a.gap, -sum(a.gap) OVER (PARTITION BY a.site_id, a.pool)))
    END::BIGINT AS lacking
FROM against a
JOIN site s ON s.site_id = a.site_id
ORDER BY s.site_id, a.position
