-- what: every interrupted registration, with its cause as the desk knows it (Q61), when it began and when it went on
-- grain: interruption that has begun
CREATE OR REPLACE MACRO known.interruption(as_of) AS TABLE
SELECT
    thing_id, any_value(site_id) AS site_id, any_value("by") AS device_id, min_by(cause, sequence) AS cause,
    min(happened_at) FILTER (WHERE step = 'begin') AS begun_at, max(happened_at) FILTER (WHERE step = 'end') AS ended_at,
    max(seconds) FILTER (WHERE step = 'end') AS seconds
FROM thing_event
WHERE machine = 'interruption' AND stored_at <= as_of
GROUP BY thing_id
HAVING count(*) FILTER (WHERE step = 'begin') > 0;
