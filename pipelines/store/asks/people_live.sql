-- what: each site's register by role: how many are on it, on shift, and should be by their shift; how many of it are trained
--       for what, with which phone (Q2-Q5, Q20, Q39, Q40)
-- grain: site × role with anybody on the register
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, p.role, count(*)::BIGINT AS registered,
    count(*) FILTER (WHERE p.is_on_shift)::BIGINT AS on_shift, count(*) FILTER (WHERE p.is_expected)::BIGINT AS expected,
    count(*) FILTER (WHERE p.is_trained_online)::BIGINT AS trained_online,
    count(*) FILTER (WHERE p.is_trained_offline)::BIGINT AS trained_offline,
    count(*) FILTER (WHERE p.is_trained_city)::BIGINT AS trained_city,
    count(*) FILTER (WHERE p.phone = 'android')::BIGINT AS android, count(*) FILTER (WHERE p.phone = 'apple')::BIGINT AS apple,
    any_value(a.observed_at) AS observed_at, any_value(a.age_s) AS age_s, bool_and(a.is_fresh) AS is_fresh
FROM known.person_here($as_of) p
JOIN sites_in($scope_level, $scope_id) s ON s.site_id = p.site_id
JOIN role r ON r.role = p.role
JOIN known.page_age($as_of, $speed) a ON a.kind = 'people'
GROUP BY s.site_id, s.name_zh, s.name_en, s.town_code, p.role, r.position
ORDER BY s.site_id, r.position
