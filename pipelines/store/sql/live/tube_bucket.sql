-- what: tubes and persons of each step an ask reads by time, by the five minutes in which it happened, hot table
-- grain: five minutes × site × kind of event
CREATE OR REPLACE MACRO live.tube_bucket(as_of) AS TABLE
SELECT bucket_at, site_id, kind, tubes, persons FROM tube_bucket_now;
