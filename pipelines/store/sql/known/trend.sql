-- what: tubes and persons per five minutes from the opening to as_of, at most to a day after the
--       closing; what happened outside is counted in the nearest one
-- grain: five minutes, every one of them; the last one is not complete
CREATE OR REPLACE MACRO known.trend(as_of, scope_level, scope_id) AS TABLE
WITH span AS (
    SELECT
        time_bucket(INTERVAL 5 MINUTE, opens_at) AS first_at,
        greatest(
            time_bucket(INTERVAL 5 MINUTE, opens_at),
            least(time_bucket(INTERVAL 5 MINUTE, as_of), time_bucket(INTERVAL 5 MINUTE, closes_at + INTERVAL 1 DAY))
        ) AS last_at
    FROM round
),
counted AS (
    SELECT
        least(greatest(b.bucket_at, p.first_at), p.last_at) AS bucket_at,
        sum(b.persons) FILTER (WHERE b.kind = 'registered') AS persons_registered,
        sum(b.tubes) FILTER (WHERE b.kind = 'registered') AS tubes_registered,
        sum(b.tubes) FILTER (WHERE b.kind = 'sampled') AS tubes_sampled,
        sum(b.tubes) FILTER (WHERE b.kind = 'received') AS tubes_received,
        sum(b.tubes) FILTER (WHERE b.kind = 'resulted') AS tubes_resulted
    FROM known.tube_bucket(as_of) b
    CROSS JOIN span p
    WHERE scope_level = 'district' OR b.site_id IN (SELECT site_id FROM sites_in(scope_level, scope_id))
    GROUP BY 1
),
slots AS (SELECT unnest(generate_series(first_at, last_at, INTERVAL 5 MINUTE)) AS bucket_at FROM span)
SELECT
    bucket_at,
    coalesce(persons_registered, 0)::BIGINT AS persons_registered,
    coalesce(tubes_registered, 0)::BIGINT AS tubes_registered,
    coalesce(tubes_sampled, 0)::BIGINT AS tubes_sampled,
    coalesce(tubes_received, 0)::BIGINT AS tubes_received,
    coalesce(tubes_resulted, 0)::BIGINT AS tubes_resulted,
    coalesce(sum(persons_registered) OVER (ORDER BY bucket_at), 0)::BIGINT AS persons_total,
    bucket_at + INTERVAL 5 MINUTE <= as_of AS is_complete
FROM slots
LEFT JOIN counted USING (bucket_at);
