-- what: the signal vehicles that have moved
-- grain: vehicle_id
MERGE INTO vehicle_now AS t USING incoming AS s
ON t.vehicle_id = s.vehicle_id
WHEN MATCHED AND NOT s.is_told THEN DELETE
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED AND s.is_told THEN INSERT BY NAME;
