-- what: how fully and how timely each site has entered its hours (Q82, Q85, Q88): of hours_due (those whose due time is
--       past) the share that each figure was entered for, so far as it goes; complete_share: of all four figures of all
--       hours due; hours late (the first entry came after the due time, or never), missing, corrected, in conflict;
--       delay_minutes: campaign minutes from the hour to the first entry, half of them at most
-- grain: site, every one of the scope; shares NULL before the first hour is due
WITH hour AS (SELECT hour_at, due_at FROM known.input_due($as_of) WHERE due_at < $as_of),
clash AS (SELECT DISTINCT site_id, hour_at FROM input_unseen($as_of)),
due AS (
    SELECT
        s.site_id, h.hour_at, n.first_at, n.persons, n.tubes, n.third_copies, n.special_cases,
        coalesce(n.is_corrected, false) AS is_corrected, n.site_id IS NULL AS is_missing,
        coalesce(n.first_at > h.due_at, true) AS is_late, c.site_id IS NOT NULL AS is_conflict
    FROM sites_in($scope_level, $scope_id) s
    CROSS JOIN hour h
    LEFT JOIN input_newest($as_of) n ON n.site_id = s.site_id AND n.hour_at = h.hour_at
    LEFT JOIN clash c ON c.site_id = s.site_id AND c.hour_at = h.hour_at
)
SELECT
    s.site_id, s.name_zh, s.name_en, s.town_code, count(h.site_id)::BIGINT AS hours_due,
    count(h.persons) / nullif(count(h.site_id), 0) AS persons_share,
    count(h.tubes) / nullif(count(h.site_id), 0) AS tubes_share,
    count(h.third_copies) / nullif(count(h.site_id), 0) AS third_copies_share,
    count(h.special_cases) / nullif(count(h.site_id), 0) AS special_cases_share,
    (count(h.persons) + count(h.tubes) + count(h.third_copies) + count(h.special_cases))
    / nullif(4 * count(h.site_id), 0) AS complete_share,
    count(*) FILTER (WHERE h.is_late)::BIGINT AS hours_late,
    count(*) FILTER (WHERE h.is_missing)::BIGINT AS hours_missing,
    count(*) FILTER (WHERE h.is_corrected)::BIGINT AS hours_corrected,
    count(*) FILTER (WHERE h.is_conflict)::BIGINT AS hours_in_conflict,
    median(epoch(h.first_at - h.hour_at) / 60) AS delay_minutes
FROM sites_in($scope_level, $scope_id) s
LEFT JOIN due h ON h.site_id = s.site_id
GROUP BY s.site_id, s.name_zh, s.name_en, s.town_code
ORDER BY s.site_id
