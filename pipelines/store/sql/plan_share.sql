-- what: which share of the day's persons the plan expects to have come by each moment: 0 at the opening, 1 from the
--       closing on, by the campaign's arrival profile in between
-- grain: five minutes from the opening on; by_at is their end
CREATE OR REPLACE MACRO plan_share(last_at) AS TABLE
WITH profile AS (
    SELECT
        position, weight, coalesce(sum(weight) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING), 0) - weight AS before,
        sum(weight) OVER () AS whole, count(*) OVER () AS parts
    FROM arrival
),
slots AS (
    SELECT
        unnest(generate_series(time_bucket(INTERVAL 5 MINUTE, opens_at), last_at, INTERVAL 5 MINUTE)) AS bucket_at,
        opens_at, closes_at
    FROM round
),
gone AS (
    SELECT
        bucket_at, bucket_at + INTERVAL 5 MINUTE AS by_at,
        least(1.0, greatest(0.0,
            epoch(bucket_at + INTERVAL 5 MINUTE - opens_at) / nullif(epoch(closes_at - opens_at), 0)
        )) AS day_share
    FROM slots
)
SELECT
    g.bucket_at, g.by_at,
    least(1.0, (p.before + (g.day_share * p.parts - p.position) * p.weight) / p.whole)::DOUBLE AS share
FROM gone g
JOIN profile p ON p.position = least(floor(g.day_share * p.parts)::BIGINT, p.parts - 1);
