-- what: the staff loans; one that the newest set no longer has keeps an older tick than the set
-- grain: from_site_id × to_site_id × role
MERGE INTO staff_loan_now AS t USING incoming AS s
ON t.from_site_id = s.from_site_id AND t.to_site_id = s.to_site_id AND t.role = s.role
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
