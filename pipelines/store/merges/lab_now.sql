-- what: the newest counts of the labs
-- grain: lab_id
MERGE INTO lab_now AS t USING incoming AS s
ON t.lab_id = s.lab_id
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
