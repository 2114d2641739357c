-- what: one version of the scope's report of one hour, and its parts as they stood then; figures are cumulative, hour_*
--       those of the hour alone (NULL third copies where nobody counted them, now or the hour before). $hour like
--       2021-06-06T02:00Z; $version '' for the newest. versions: how many there are; is_late: not signed by the due time
-- grain: place, the scope itself first (is_own); no row before it is frozen
WITH at_freeze AS (SELECT * FROM reports_at($as_of, $scope_level, $scope_id, $hour, $version)),
now_hour AS (SELECT * FROM at_freeze WHERE hour_at = hour_of($hour)),
signed AS (SELECT report_id, min(signed_at) AS first_signed_at FROM report_signature($as_of) GROUP BY report_id),
issued AS (SELECT report_id, count(*)::BIGINT AS versions FROM report_version WHERE stored_at <= $as_of GROUP BY report_id),
planned AS (SELECT site_id, town_code, planned_persons FROM site)
SELECT
    n.part = 0 AS is_own, n.report_id, n.hour_at, n.hour_at + INTERVAL 15 MINUTE AS due_at, n.scope_level, n.scope_id,
    coalesce(t.name_zh, s.name_zh, '') AS name_zh, coalesce(t.name_en, s.name_en, '') AS name_en, n.version,
    i.versions, n.why, n.is_revised, n.frozen_at,
    coalesce(g.first_signed_at > n.hour_at + INTERVAL 15 MINUTE, n.hour_at + INTERVAL 15 MINUTE < $as_of) AS is_late,
    n.persons, n.tubes, n.third_copies, n.special_cases, n.persons_fed, n.tubes_fed, n.tubes_sampled, n.tubes_received,
    n.tubes_resulted, n.tubes_missing,
    n.persons - coalesce(b.persons, 0) AS hour_persons, n.tubes - coalesce(b.tubes, 0) AS hour_tubes,
    CASE WHEN b.report_id IS NULL THEN n.third_copies ELSE n.third_copies - b.third_copies END AS hour_third_copies,
    n.special_cases - coalesce(b.special_cases, 0) AS hour_special_cases,
    n.persons_fed - coalesce(b.persons_fed, 0) AS hour_persons_fed, n.tubes_fed - coalesce(b.tubes_fed, 0) AS hour_tubes_fed,
    n.tubes_sampled - coalesce(b.tubes_sampled, 0) AS hour_tubes_sampled,
    n.tubes_received - coalesce(b.tubes_received, 0) AS hour_tubes_received,
    n.tubes_resulted - coalesce(b.tubes_resulted, 0) AS hour_tubes_resulted,
    n.tubes_missing - coalesce(b.tubes_missing, 0) AS hour_tubes_missing,
    n.sites, n.sites_entered, n.sites_late, n.sites_missing, n.corrections, n.conflicts,
    (SELECT coalesce(sum(p.planned_persons), 0)::BIGINT FROM planned p
     WHERE n.scope_level = 'district' OR p.town_code = n.scope_id OR p.site_id = n.scope_id) AS planned_persons
FROM now_hour n
LEFT JOIN at_freeze b
    ON b.scope_level = n.scope_level AND b.scope_id = n.scope_id AND b.hour_at = n.hour_at - INTERVAL 1 HOUR
JOIN issued i ON i.report_id = n.report_id
LEFT JOIN signed g ON g.report_id = n.report_id
LEFT JOIN town t ON n.scope_level = 'town' AND t.town_code = n.scope_id
LEFT JOIN site s ON n.scope_level = 'site' AND s.site_id = n.scope_id
ORDER BY n.part, t.position NULLS LAST, n.scope_id
