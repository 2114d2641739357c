-- what: how each site's registered tubes were filled (Q25, Q60, Q63, Q68), cumulative; rescan and manual shares are of the
--       codes (persons and labels) registered, the others of the tubes
-- grain: site, every one of the scope; NULL where nothing was ever told
WITH short AS (SELECT site_id, sum(tubes)::BIGINT AS tubes FROM known.short_tube($as_of) GROUP BY site_id),
codes AS (
    SELECT q.site_id, c.persons_registered + q.tubes_registered AS codes
    FROM known.site_quality($as_of) q JOIN known.counts($as_of) c ON c.site_id = q.site_id
)
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, q.* EXCLUDE (site_id),
    CASE WHEN q.site_id IS NOT NULL THEN coalesce(h.tubes, 0) END::BIGINT AS tubes_short,
    q.rescans / nullif(c.codes, 0) AS rescan_share, q.manual_entries / nullif(c.codes, 0) AS manual_share,
    q.tubes_unverified / nullif(q.tubes_registered, 0) AS unverified_share,
    q.tubes_offline / nullif(q.tubes_registered, 0) AS offline_share,
    CASE WHEN q.site_id IS NOT NULL THEN coalesce(h.tubes, 0) END / nullif(q.tubes_registered, 0) AS short_share,
    a.observed_at, a.age_s, a.is_fresh AND q.site_id IS NOT NULL AS is_fresh
FROM sites_in($scope_level, $scope_id) s
JOIN known.page_age($as_of, $speed) a ON a.kind = 'quality'
LEFT JOIN known.site_quality($as_of) q ON q.site_id = s.site_id
LEFT JOIN short h ON h.site_id = s.site_id
LEFT JOIN codes c ON c.site_id = s.site_id
ORDER BY s.site_id
