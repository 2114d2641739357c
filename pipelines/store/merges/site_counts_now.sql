-- what: the newest counts of the sites that answered
-- grain: site_id
MERGE INTO site_counts_now AS t USING incoming AS s
ON t.site_id = s.site_id
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
