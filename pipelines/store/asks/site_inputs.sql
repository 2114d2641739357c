-- what: what the feeds say of each site up to each hour and what people entered (Q82). *_fed: the figure to confirm or to
--       correct (third_copies_fed: kept copies as the site's labels were last told before the hour); persons … : what
--       was entered, NULL where nothing was. version: 0 before the first entry; what an entry says it has seen
--       (base_version). source: feed (the site's own reporting), manual or file; kind: input_entered, input_confirmed or
--       input_corrected. given: how many of the four figures are there. $hour: one hour (2021-06-06T02:00Z), '' for all
-- grain: site × hour that is past, every one of the scope
WITH kept AS (
    SELECT site_id, stored_at, kept_parts FROM label_stock WHERE stored_at <= $as_of AND is_told
),
asked AS (
    SELECT h.* FROM known.site_hour($as_of) h
    SEMI JOIN sites_in($scope_level, $scope_id) i ON i.site_id = h.site_id
    WHERE $hour = '' OR h.hour_at = hour_of($hour)
)
SELECT
    h.site_id, s.name_zh, s.name_en, h.town_code, h.hour_at, h.due_at, h.persons_fed, h.persons, h.tubes_fed, h.tubes,
    k.kept_parts AS third_copies_fed, h.third_copies, h.special_cases_fed, h.special_cases, h.version, h.source, h.kind,
    h.entered_by, h.first_at, h.entered_at, h.reason,
    ((h.persons IS NOT NULL)::INT + (h.tubes IS NOT NULL)::INT + (h.third_copies IS NOT NULL)::INT
        + (h.special_cases IS NOT NULL)::INT)::BIGINT AS given,
    h.is_late, h.is_missing, h.is_corrected, h.is_conflict
FROM asked h
JOIN site s ON s.site_id = h.site_id
ASOF LEFT JOIN kept k ON k.site_id = h.site_id AND k.stored_at <= h.hour_at
ORDER BY h.hour_at, h.site_id
