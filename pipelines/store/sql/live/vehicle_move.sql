-- what: the vehicle moves of the newest set, from the hot table
-- grain: vehicle_id
CREATE OR REPLACE MACRO live.vehicle_move(as_of) AS TABLE
SELECT * EXCLUDE (tick, stored_at) FROM vehicle_move_now
SEMI JOIN (SELECT tick FROM advice_set_now WHERE plan = 'vehicles') AS newest USING (tick);
