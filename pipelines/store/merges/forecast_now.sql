-- what: the newest row of each forecast
-- grain: scope_level × scope_id
MERGE INTO forecast_now AS t USING incoming AS s
ON t.scope_level = s.scope_level AND t.scope_id = s.scope_id
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
