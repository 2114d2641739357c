-- what: the newest step of each session, account, sheet, roll, box and interruption, from the hot table
-- grain: machine × thing
CREATE OR REPLACE MACRO live.thing(as_of) AS TABLE
SELECT
    sequence, machine, thing_id, step, state, site_id, "by", facts, cause, lane_no, seconds, happened_at
FROM thing_now;
