-- what: the switch moves of the newest set, from the hot table
-- grain: site_id × from_server_id × to_server_id × contingency
CREATE OR REPLACE MACRO live.switch_move(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM switch_move_now
SEMI JOIN (SELECT tick FROM advice_set_now WHERE plan = 'switch') AS newest USING (tick);
