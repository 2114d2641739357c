-- what: each site's phones, chargers, sockets, fences, networks and standby desks (Q40-Q42, Q56, Q90, Q95)
-- grain: site, every one of the scope; NULL where nothing was ever told
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, k.* EXCLUDE (site_id), a.observed_at, a.age_s,
    a.is_fresh AND k.site_id IS NOT NULL AS is_fresh
FROM sites_in($scope_level, $scope_id) s
JOIN known.page_age($as_of, $speed) a ON a.kind = 'kit'
LEFT JOIN known.kit($as_of) k ON k.site_id = s.site_id
ORDER BY s.site_id
