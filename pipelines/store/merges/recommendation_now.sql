-- what: the newest row of each recommendation
-- grain: recommendation_id
MERGE INTO recommendation_now AS t USING incoming AS s
ON t.recommendation_id = s.recommendation_id
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
