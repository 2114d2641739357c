-- what: where each signal vehicle is, from the history up to as_of
-- grain: vehicle
CREATE OR REPLACE MACRO past.vehicle(as_of) AS TABLE
SELECT vehicle_id, carrier, state, site_id, since
FROM vehicle
SEMI JOIN (SELECT vehicle_id, max(tick) AS tick FROM vehicle WHERE stored_at <= as_of GROUP BY vehicle_id) AS newest USING (vehicle_id, tick)
WHERE is_told;
