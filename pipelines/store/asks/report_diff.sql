-- what: which figures a version of the scope's report changed against the one before, in itself and in its parts; $version ''
--       for the newest
-- grain: place × figure that differs; nothing for a first version
WITH now_issued AS (
    SELECT * FROM reports_at($as_of, $scope_level, $scope_id, $hour, $version) WHERE hour_at = hour_of($hour)
),
before AS (
    SELECT *
    FROM report_version
    WHERE stored_at <= $as_of AND frozen_at < (SELECT max(own_frozen_at) FROM now_issued)
    QUALIFY version = max(version) OVER (PARTITION BY report_id)
),
paired AS (
    SELECT
        n.part, n.scope_level, n.scope_id, n.report_id, n.version, b.version AS before_version,
        unnest([
            {'figure': 'persons', 'before': b.persons, 'after': n.persons},
            {'figure': 'tubes', 'before': b.tubes, 'after': n.tubes},
            {'figure': 'third_copies', 'before': b.third_copies, 'after': n.third_copies},
            {'figure': 'special_cases', 'before': b.special_cases, 'after': n.special_cases},
            {'figure': 'persons_fed', 'before': b.persons_fed, 'after': n.persons_fed},
            {'figure': 'tubes_fed', 'before': b.tubes_fed, 'after': n.tubes_fed},
            {'figure': 'tubes_sampled', 'before': b.tubes_sampled, 'after': n.tubes_sampled},
            {'figure': 'tubes_received', 'before': b.tubes_received, 'after': n.tubes_received},
            {'figure': 'tubes_resulted', 'before': b.tubes_resulted, 'after': n.tubes_resulted},
            {'figure': 'tubes_missing', 'before': b.tubes_missing, 'after': n.tubes_missing}
        ]) AS changed
    FROM now_issued n
    JOIN before b ON b.report_id = n.report_id
    WHERE n.own_version > 1
)
SELECT
    p.part = 0 AS is_own, p.scope_level, p.scope_id, coalesce(t.name_zh, s.name_zh, '') AS name_zh,
    coalesce(t.name_en, s.name_en, '') AS name_en, p.version, p.before_version, p.changed.figure AS figure,
    p.changed.before AS before, p.changed.after AS after
FROM paired p
LEFT JOIN town t ON p.scope_level = 'town' AND t.town_code = p.scope_id
LEFT JOIN site s ON p.scope_level = 'site' AND s.site_id = p.scope_id
WHERE p.changed.before IS DISTINCT FROM p.changed.after
ORDER BY p.part, t.position NULLS LAST, p.scope_id, p.changed.figure
