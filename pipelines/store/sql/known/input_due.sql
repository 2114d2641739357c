-- what: the full local hours on which the sites report, from the first after opening to two after closing, as far as they are
--       past; an entry is due a quarter of an hour later (Q82, Q86)
-- grain: hour
CREATE OR REPLACE MACRO known.input_due(as_of) AS TABLE
WITH span AS (
    SELECT
        time_bucket(INTERVAL 1 HOUR, r.opens_at + to_minutes(t.timezone_offset_minutes))
        - to_minutes(t.timezone_offset_minutes) + INTERVAL 1 HOUR AS first_at,
        least(as_of, r.closes_at + INTERVAL 2 HOUR) AS last_at
    FROM round r CROSS JOIN setting t
)
SELECT hour_at, hour_at + INTERVAL 15 MINUTE AS due_at
FROM (SELECT unnest(generate_series(first_at, last_at, INTERVAL 1 HOUR)) AS hour_at FROM span) AS hours;
