-- what: who is on shift now
-- grain: site_id × role
MERGE INTO roster_now AS t USING incoming AS s
ON t.site_id = s.site_id AND t.role = s.role
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
