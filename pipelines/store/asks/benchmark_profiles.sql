-- what: figures of other districts and earlier days, each with its source, beside ours (Q7, Q14): measured so far where
--       is_measured, else as planned; ours is NULL while nothing is measured. Rates are of the campaign hour before as_of,
--       the peak is the fullest full hour over the mean of all of them
-- grain: profile × metric
WITH hours AS (
    SELECT time_bucket(INTERVAL 1 HOUR, b.bucket_at) AS hour_at, sum(b.persons) AS persons
    FROM known.tube_bucket($as_of) b CROSS JOIN round r
    WHERE b.kind = 'registered' AND b.bucket_at >= r.opens_at
      AND b.bucket_at < time_bucket(INTERVAL 1 HOUR, least($as_of, r.closes_at))
    GROUP BY hour_at
),
lately AS (
    SELECT sum(persons) AS persons FROM known.tube_bucket($as_of)
    WHERE kind = 'registered' AND bucket_at > $as_of - INTERVAL 1 HOUR AND bucket_at <= $as_of
),
lanes AS (SELECT sum(lanes_open) AS lanes FROM known.queue($as_of) WHERE is_open),
plan AS (
    SELECT
        (SELECT sum(lanes) FROM site) AS lanes, (SELECT count(*) FROM site) AS sites, r.target_persons AS persons,
        (SELECT sum(residents) FROM town) AS residents, (SELECT sum(persons) FROM staff_plan WHERE role = 'medic') AS medics,
        (SELECT sum(capacity_tubes_per_day) FROM lab) AS lab_tubes
    FROM round r
),
ours AS (
    SELECT
        unnest([
            {'metric': 'persons_per_desk_hour', 'ours': l.persons / nullif(n.lanes, 0), 'is_measured': true},
            {'metric': 'persons_per_desk', 'ours': p.persons / nullif(p.lanes, 0), 'is_measured': false},
            {'metric': 'persons_per_site', 'ours': p.persons / nullif(p.sites, 0), 'is_measured': false},
            {'metric': 'residents_per_medic', 'ours': p.residents / nullif(p.medics, 0), 'is_measured': false},
            {'metric': 'lab_tubes_per_day', 'ours': p.lab_tubes::DOUBLE, 'is_measured': false},
            {'metric': 'peak_over_mean', 'ours': (SELECT max(persons) / avg(persons) FROM hours), 'is_measured': true}
        ]) AS told
    FROM plan p CROSS JOIN lately l CROSS JOIN lanes n
)
SELECT
    b.profile_id, b.name_zh, b.name_en, b.metric, b.value, b.source, o.told.ours AS ours,
    o.told.is_measured AS is_measured
FROM benchmark b
JOIN ours o ON o.told.metric = b.metric
ORDER BY b.position
