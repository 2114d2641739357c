-- what: the newest queue outlook of each site
-- grain: site_id
MERGE INTO queue_outlook_now AS t USING incoming AS s
ON t.site_id = s.site_id
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
