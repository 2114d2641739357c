-- what: the newest set of a plan's rows of each plan
-- grain: plan
MERGE INTO advice_set_now AS t USING incoming AS s
ON t.plan = s.plan
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
