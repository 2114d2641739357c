-- what: each site's figures up to each full hour: *_fed as the feeds told them, by when they happened, results by when they
--       were told (a lab tells them late as a rule, which changes no hour that is past); the others as they were entered,
--       NULL where nothing was; how the entry stands: late (first entered, or still missing, after the due time), corrected,
--       in conflict
-- grain: site × hour that is past, every one of them
CREATE OR REPLACE MACRO known.site_hour(as_of) AS TABLE
WITH hours AS (SELECT hour_at, due_at FROM known.input_due(as_of)),
origin AS (SELECT min(hour_at) AS first_at FROM hours),
counted AS (
    SELECT
        b.site_id,
        greatest(o.first_at, time_bucket(INTERVAL 1 HOUR, b.bucket_at, o.first_at) + INTERVAL 1 HOUR) AS hour_at,
        sum(b.persons) FILTER (WHERE b.kind = 'registered') AS persons,
        sum(b.tubes) FILTER (WHERE b.kind = 'registered') AS tubes,
        sum(b.tubes) FILTER (WHERE b.kind = 'sampled') AS sampled,
        sum(b.tubes) FILTER (WHERE b.kind = 'received') AS received,
        0 AS resulted, 0 AS cases, 0 AS lost
    FROM known.tube_bucket(as_of) b
    CROSS JOIN origin o
    GROUP BY ALL
),
noted AS (
    SELECT
        c.site_id,
        greatest(
            o.first_at, time_bucket(INTERVAL 1 HOUR, c.happened_at - INTERVAL 1 MICROSECOND, o.first_at) + INTERVAL 1 HOUR
        ) AS hour_at,
        0, 0, 0, 0, 0, count(*), 0
    FROM special_case c
    CROSS JOIN origin o
    WHERE c.stored_at <= as_of
    GROUP BY ALL
),
answered AS (
    SELECT
        e.site_id,
        greatest(o.first_at, time_bucket(INTERVAL 1 HOUR, e.recorded_at, o.first_at) + INTERVAL 1 HOUR) AS hour_at,
        0, 0, 0, 0, count(*), 0, 0
    FROM tube_event e
    CROSS JOIN origin o
    WHERE e.kind = 'resulted' AND e.stored_at <= as_of
    GROUP BY ALL
),
astray AS (
    SELECT barcode, site_id, min(happened_at) AS lost_at
    FROM tube_event
    WHERE kind IN ('lost', 'misrouted') AND stored_at <= as_of
    GROUP BY barcode, site_id
),
moved AS (
    SELECT site_id, lost_at AS at, 1 AS tubes FROM astray
    UNION ALL
    SELECT a.site_id, greatest(a.lost_at, min(e.happened_at)), -1
    FROM astray a
    JOIN tube_event e ON e.barcode = a.barcode AND e.kind = 'received' AND e.stored_at <= as_of
    GROUP BY a.barcode, a.site_id, a.lost_at
),
missed AS (
    SELECT
        m.site_id,
        greatest(o.first_at, time_bucket(INTERVAL 1 HOUR, m.at, o.first_at) + INTERVAL 1 HOUR) AS hour_at,
        0, 0, 0, 0, 0, 0, sum(m.tubes)
    FROM moved m
    CROSS JOIN origin o
    GROUP BY ALL
),
told AS (FROM counted UNION ALL FROM noted UNION ALL FROM answered UNION ALL FROM missed),
grid AS (SELECT s.site_id, s.town_code, h.hour_at, h.due_at FROM site s CROSS JOIN hours h),
summed AS (
    SELECT
        g.site_id, g.town_code, g.hour_at, g.due_at, sum(t.persons) AS persons, sum(t.tubes) AS tubes,
        sum(t.sampled) AS sampled, sum(t.received) AS received, sum(t.resulted) AS resulted, sum(t.cases) AS cases,
        sum(t.lost) AS lost
    FROM grid g
    LEFT JOIN told t ON t.site_id = g.site_id AND t.hour_at = g.hour_at
    GROUP BY g.site_id, g.town_code, g.hour_at, g.due_at
),
clash AS (SELECT site_id, hour_at, count(*) AS clashes FROM input_unseen(as_of) GROUP BY site_id, hour_at)
SELECT
    s.site_id, s.town_code, s.hour_at, s.due_at,
    coalesce(sum(s.persons) OVER so_far, 0)::BIGINT AS persons_fed,
    coalesce(sum(s.tubes) OVER so_far, 0)::BIGINT AS tubes_fed,
    coalesce(sum(s.cases) OVER so_far, 0)::BIGINT AS special_cases_fed,
    coalesce(sum(s.sampled) OVER so_far, 0)::BIGINT AS tubes_sampled,
    coalesce(sum(s.received) OVER so_far, 0)::BIGINT AS tubes_received,
    coalesce(sum(s.resulted) OVER so_far, 0)::BIGINT AS tubes_resulted,
    coalesce(sum(s.lost) OVER so_far, 0)::BIGINT AS tubes_missing,
    n.persons, n.tubes, n.third_copies, n.special_cases, coalesce(n.version, 0)::BIGINT AS version, n.source, n.kind,
    n.entered_by, n.first_at, n.entered_at, n.reason, n.site_id IS NOT NULL AS is_entered,
    coalesce(n.first_at > s.due_at, s.due_at < as_of) AS is_late, n.site_id IS NULL AND s.due_at < as_of AS is_missing,
    coalesce(n.is_corrected, false) AS is_corrected, c.clashes IS NOT NULL AS is_conflict
FROM summed s
LEFT JOIN input_newest(as_of) n ON n.site_id = s.site_id AND n.hour_at = s.hour_at
LEFT JOIN clash c ON c.site_id = s.site_id AND c.hour_at = s.hour_at
WINDOW so_far AS (PARTITION BY s.site_id ORDER BY s.hour_at ROWS UNBOUNDED PRECEDING);
