-- what: the vehicle moves; one that the newest set no longer has keeps an older tick than the set
-- grain: vehicle_id
MERGE INTO vehicle_move_now AS t USING incoming AS s
ON t.vehicle_id = s.vehicle_id
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
