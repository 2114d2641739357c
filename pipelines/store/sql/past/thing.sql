-- what: the newest step of each session, account, sheet, roll, box and interruption, from the history up to as_of
-- grain: machine × thing
CREATE OR REPLACE MACRO past.thing(as_of) AS TABLE
SELECT
    sequence, machine, thing_id, step, state, site_id, "by", facts, cause, lane_no, seconds, happened_at
FROM thing_event
SEMI JOIN (
    SELECT machine, thing_id, max(sequence) AS sequence FROM thing_event WHERE stored_at <= as_of
    GROUP BY machine, thing_id
) AS newest USING (machine, thing_id, sequence);
