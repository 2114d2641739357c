-- what: tubes and persons of each step by the five minutes in which it happened, from the events known at as_of
-- grain: five minutes × site × kind of event
CREATE OR REPLACE MACRO past.tube_bucket(as_of) AS TABLE
SELECT
    time_bucket(INTERVAL 5 MINUTE, happened_at) AS bucket_at, site_id, kind,
    count(*)::BIGINT AS tubes, sum(persons)::BIGINT AS persons
FROM tube_event
WHERE stored_at <= as_of
GROUP BY ALL;
