-- what: persons and tubes registered in the campaign hour before as_of, by when they happened
-- grain: site (only those with any)
CREATE OR REPLACE MACRO known.registered_last_hour(as_of) AS TABLE
SELECT site_id, sum(persons)::BIGINT AS persons, count(*)::BIGINT AS tubes
FROM tube_event
WHERE kind = 'registered' AND happened_at > as_of - INTERVAL 1 HOUR AND happened_at <= as_of AND stored_at <= as_of
GROUP BY site_id;
