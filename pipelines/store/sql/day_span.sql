-- what: the first and the last five minutes that anything is told of at as_of (a day after the closing at the latest),
--       and the five minutes in which the round closes
-- grain: one row
CREATE OR REPLACE MACRO day_span(as_of) AS TABLE
SELECT
    time_bucket(INTERVAL 5 MINUTE, opens_at) AS first_at,
    greatest(
        time_bucket(INTERVAL 5 MINUTE, opens_at),
        least(time_bucket(INTERVAL 5 MINUTE, as_of), time_bucket(INTERVAL 5 MINUTE, closes_at + INTERVAL 1 DAY))
    ) AS last_at,
    time_bucket(INTERVAL 5 MINUTE, closes_at - INTERVAL 1 MICROSECOND) AS closing_at
FROM round;
