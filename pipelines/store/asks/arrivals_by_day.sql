-- what: how many persons came in each part of about half an hour of the opening: on the round's day up to as_of, and on the
--       newest day of the week before it of which anything is stored, as if it had opened at the same hour. Counted at the
--       gates (is_at_gates), when it was known, where all told from the first part on and of no fewer than the desks
--       registered; else at the desks, in the five minutes in which it happened
-- grain: day (days_before the round's) × part, of those parts that have begun
WITH opening AS (
    SELECT
        opens_at, greatest(round((epoch(closes_at) - epoch(opens_at)) / 1800.0), 1)::BIGINT AS parts,
        (epoch(closes_at) - epoch(opens_at)) AS open_s
    FROM round
),
screened AS (
    SELECT site_id, day_no, part, max(persons_screened) AS reached
    FROM (
        SELECT
            g.site_id, g.persons_screened, floor((epoch(g.stored_at) - epoch(o.opens_at)) / 86400.0)::BIGINT AS day_no,
            floor(((epoch(g.stored_at) - epoch(o.opens_at)) % 86400.0 + 86400.0) % 86400.0 / (o.open_s / o.parts))::BIGINT AS part
        FROM gate g CROSS JOIN opening o
        SEMI JOIN sites_in($scope_level, $scope_id) s ON s.site_id = g.site_id
        WHERE g.stored_at <= $as_of AND g.stored_at >= o.opens_at - INTERVAL 7 DAY AND g.is_told
    )
    GROUP BY ALL
),
at_gates AS (
    SELECT day_no, part, sum(grown)::BIGINT AS persons, bool_or(is_first AND part > 0) AS is_late
    FROM (
        SELECT
            day_no, part, reached - coalesce(lag(reached) OVER by_site, 0) AS grown, row_number() OVER by_site = 1 AS is_first
        FROM screened
        WINDOW by_site AS (PARTITION BY site_id, day_no ORDER BY part)
    )
    GROUP BY day_no, part
),
at_desks AS (
    SELECT day_no, part, sum(persons)::BIGINT AS persons
    FROM (
        SELECT
            b.persons, floor((epoch(b.bucket_at) - epoch(o.opens_at)) / 86400.0)::BIGINT AS day_no,
            floor(((epoch(b.bucket_at) - epoch(o.opens_at)) % 86400.0 + 86400.0) % 86400.0 / (o.open_s / o.parts))::BIGINT AS part
        FROM known.tube_bucket($as_of) b CROSS JOIN opening o
        SEMI JOIN sites_in($scope_level, $scope_id) s ON s.site_id = b.site_id
        WHERE b.kind = 'registered' AND b.bucket_at <= $as_of AND b.bucket_at >= o.opens_at - INTERVAL 7 DAY
    )
    GROUP BY day_no, part
),
told AS (
    SELECT day_no, part, persons, true AS is_at_gates, is_late FROM at_gates
    UNION ALL
    SELECT day_no, part, persons, false, false FROM at_desks
),
whole AS (
    SELECT
        day_no, coalesce(sum(persons) FILTER (WHERE is_at_gates), 0) AS gates,
        coalesce(sum(persons) FILTER (WHERE NOT is_at_gates), 0) AS desks, bool_or(is_late) AS is_late
    FROM told
    WHERE part < (SELECT parts FROM opening) AND day_no <= 0
    GROUP BY day_no
),
chosen AS (
    SELECT day_no, gates >= desks AND NOT is_late AS is_at_gates
    FROM whole
    WHERE gates + desks > 0
        AND (day_no = 0 OR day_no = (SELECT max(day_no) FROM whole WHERE day_no < 0 AND gates + desks > 0))
)
SELECT
    -c.day_no AS days_before, local_day(o.opens_at + INTERVAL 1 DAY * c.day_no) AS day_at, p.part, c.is_at_gates,
    coalesce(t.persons, 0)::BIGINT AS persons,
    o.opens_at + INTERVAL 1 DAY * c.day_no + INTERVAL 1 SECOND * (o.open_s / o.parts * (p.part + 1)) <= $as_of AS is_complete
FROM chosen c
CROSS JOIN opening o
CROSS JOIN (SELECT unnest(range(parts)) AS part FROM opening) p
LEFT JOIN told t ON t.day_no = c.day_no AND t.part = p.part AND t.is_at_gates = c.is_at_gates
WHERE o.opens_at + INTERVAL 1 DAY * c.day_no + INTERVAL 1 SECOND * (o.open_s / o.parts * p.part) <= $as_of
ORDER BY days_before DESC, p.part
