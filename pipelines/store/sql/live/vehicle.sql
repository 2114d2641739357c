-- what: where each signal vehicle is, from the hot table
-- grain: vehicle
CREATE OR REPLACE MACRO live.vehicle(as_of) AS TABLE
SELECT vehicle_id, carrier, state, site_id, since
FROM vehicle_now;
