-- what: the newest row of each disturbance
-- grain: disturbance_id
MERGE INTO disturbance_now AS t USING incoming AS s
ON t.disturbance_id = s.disturbance_id
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
