-- what: the vehicle moves of the newest set, from the history up to as_of
-- grain: vehicle_id
CREATE OR REPLACE MACRO past.vehicle_move(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM vehicle_move
SEMI JOIN (SELECT max(tick) AS tick FROM advice_set WHERE plan = 'vehicles' AND stored_at <= as_of) AS newest
USING (tick);
