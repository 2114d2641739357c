-- what: figures that two people entered without having seen each other's (case 61): version holds, unseen_version is the
--       one it did not see; both are kept until somebody who has seen both enters the hour again (base_version = the
--       newest version); reason and who of each. unseen_*: what the other one says
-- grain: site × hour × version × unseen version
WITH entry AS (SELECT * FROM input_entry($as_of))
SELECT
    c.site_id, s.name_zh, s.name_en, s.town_code, c.hour_at, c.version, v.source, v.entered_by, v.entered_at, v.reason,
    v.given_persons AS persons, v.given_tubes AS tubes, v.given_third_copies AS third_copies,
    v.given_special_cases AS special_cases, c.unseen_version, u.source AS unseen_source,
    u.entered_by AS unseen_entered_by, u.entered_at AS unseen_entered_at, u.reason AS unseen_reason,
    u.given_persons AS unseen_persons, u.given_tubes AS unseen_tubes, u.given_third_copies AS unseen_third_copies,
    u.given_special_cases AS unseen_special_cases
FROM input_unseen($as_of) c
JOIN sites_in($scope_level, $scope_id) s ON s.site_id = c.site_id
JOIN entry v ON v.site_id = c.site_id AND v.hour_at = c.hour_at AND v.version = c.version
JOIN entry u ON u.site_id = c.site_id AND u.hour_at = c.hour_at AND u.version = c.unseen_version
ORDER BY c.hour_at, c.site_id, c.version, c.unseen_version
