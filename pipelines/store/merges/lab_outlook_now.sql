-- what: the newest row of each lab outlook
-- grain: lab_id
MERGE INTO lab_outlook_now AS t USING incoming AS s
ON t.lab_id = s.lab_id
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
