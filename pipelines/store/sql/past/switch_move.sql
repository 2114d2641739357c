-- what: the switch moves of the newest set, from the history up to as_of
-- grain: site_id × from_server_id × to_server_id × contingency
CREATE OR REPLACE MACRO past.switch_move(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM switch_move
SEMI JOIN (SELECT max(tick) AS tick FROM advice_set WHERE plan = 'switch' AND stored_at <= as_of) AS newest
USING (tick);
