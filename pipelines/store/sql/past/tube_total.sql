-- what: tubes and persons of each step so far and the newest sequence, from the events known at as_of
-- grain: site × kind of event
CREATE OR REPLACE MACRO past.tube_total(as_of) AS TABLE
SELECT
    site_id, kind, count(*)::BIGINT AS tubes, sum(persons)::BIGINT AS persons, max(sequence)::BIGINT AS last_sequence
FROM tube_event
WHERE stored_at <= as_of
GROUP BY site_id, kind;
