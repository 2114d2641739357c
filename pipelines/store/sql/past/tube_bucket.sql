-- what: tubes and persons of each step an ask reads by time, by the five minutes in which it happened, history
-- grain: five minutes × site × kind of event
CREATE OR REPLACE MACRO past.tube_bucket(as_of) AS TABLE
SELECT
    time_bucket(INTERVAL 5 MINUTE, happened_at) AS bucket_at, site_id, kind,
    count(*)::BIGINT AS tubes, sum(persons)::BIGINT AS persons
FROM tube_event
WHERE stored_at <= as_of AND kind IN ('registered', 'sampled', 'received', 'resulted')
GROUP BY ALL;
