-- what: tubes and persons of each step so far and the newest sequence, from the hot table
-- grain: site × kind of event
CREATE OR REPLACE MACRO live.tube_total(as_of) AS TABLE
SELECT site_id, kind, tubes, persons, last_sequence FROM tube_total_now;
