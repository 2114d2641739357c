-- what: what has changed at the registration desks
-- grain: device_id
MERGE INTO desk_now AS t USING incoming AS s
ON t.device_id = s.device_id
WHEN MATCHED AND NOT s.is_told THEN DELETE
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED AND s.is_told THEN INSERT BY NAME;
