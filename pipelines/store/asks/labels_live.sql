-- what: each site's triplicate labels (Q64, Q65): labels_left of those cut, neither used, spoilt nor returned;
--       bags_missing: tube parts used whose bag part is not; parts_differ: the kept copies are not as many as the tubes'
-- grain: site, every one of the scope; NULL where nothing was ever told
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, l.* EXCLUDE (site_id),
    l.labels_cut - l.labels_used - l.labels_void - l.labels_returned AS labels_left,
    l.tube_parts - l.bag_parts AS bags_missing, l.kept_parts <> l.tube_parts AS parts_differ, a.observed_at, a.age_s,
    a.is_fresh AND l.site_id IS NOT NULL AS is_fresh
FROM sites_in($scope_level, $scope_id) s
JOIN known.page_age($as_of, $speed) a ON a.kind = 'labels'
LEFT JOIN known.label_stock($as_of) l ON l.site_id = s.site_id
ORDER BY s.site_id
