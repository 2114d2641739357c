-- what: tubes and persons per five minutes from the opening to as_of, at most to a day after the
--       closing; what happened outside is counted in the nearest one
-- grain: five minutes, every one of them; the last one is not complete
CREATE OR REPLACE MACRO known.trend(as_of, scope_level, scope_id) AS TABLE
WITH slots AS (
    SELECT unnest(generate_series(first_at, last_at, INTERVAL 5 MINUTE)) AS bucket_at FROM day_span(as_of)
)
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
LEFT JOIN known.tube_flow(as_of, scope_level, scope_id, '') USING (bucket_at);
