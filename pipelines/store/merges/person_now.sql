-- what: who has signed in or out since
-- grain: staff_no
MERGE INTO person_now AS t USING incoming AS s
ON t.staff_no = s.staff_no
WHEN MATCHED AND NOT s.is_told THEN DELETE
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED AND s.is_told THEN INSERT BY NAME;
