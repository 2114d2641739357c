-- what: whether the tube events are still being fetched from long before as_of, as after a start in the day's course, and
--       which five minutes they have reached; up to a quarter of an hour behind what the sites counted they count as there
-- grain: one row
CREATE OR REPLACE MACRO known.catching_up(as_of) AS TABLE
SELECT
    coalesce(c.sequence > a.sequence AND coalesce(b.reached_at + INTERVAL 20 MINUTE <= as_of, true), false) AS is_behind, b.reached_at
FROM (SELECT max(sequence) AS sequence FROM known.counts(as_of)) c
CROSS JOIN known.arrived(as_of) a
CROSS JOIN known.tube_until(as_of) b;
