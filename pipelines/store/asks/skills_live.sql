-- what: of each site's volunteers and cadres on shift: how many are untrained (Q38), and which share could go off line now
--       (trained for it, with an Android phone; Q39, Q40), NULL where nobody is on shift
-- grain: site, every one of the scope; NULL where no register was ever told
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, k.registered, k.on_shift, k.untrained_on_shift, k.can_go_offline,
    k.can_go_offline / nullif(k.on_shift, 0) AS can_go_offline_share, a.observed_at, a.age_s,
    a.is_fresh AND k.site_id IS NOT NULL AS is_fresh
FROM sites_in($scope_level, $scope_id) s
JOIN known.page_age($as_of, $speed) a ON a.kind = 'people'
LEFT JOIN known.person_skills($as_of) k ON k.site_id = s.site_id
ORDER BY s.site_id
