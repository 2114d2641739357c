-- what: the local midnight, in UTC, at which the campaign's day of a moment begins
-- grain: one value
CREATE OR REPLACE MACRO local_day(moment) AS (
    SELECT
        time_bucket(INTERVAL 1 DAY, moment + to_minutes(timezone_offset_minutes)) - to_minutes(timezone_offset_minutes)
    FROM setting
);
