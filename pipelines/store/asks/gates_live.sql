-- what: what each gate, its special channel and its guides have counted (Q43-Q53, Q59), cumulative since the round began;
--       special_queue_persons, special_wait_minutes and guides are of now; NULL where nothing was ever told
-- grain: site, every one of the scope
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, g.* EXCLUDE (site_id),
    g.codes_prepared / nullif(g.persons_screened, 0) AS prepared_share,
    g.codes_generated / nullif(g.persons_screened, 0) AS generated_share,
    a.observed_at, a.age_s, a.is_fresh AND g.site_id IS NOT NULL AS is_fresh
FROM sites_in($scope_level, $scope_id) s
JOIN known.page_age($as_of, $speed) a ON a.kind = 'gates'
LEFT JOIN known.gate($as_of) g ON g.site_id = s.site_id
ORDER BY s.site_id
