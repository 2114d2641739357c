-- what: what has changed of the sites' kit
-- grain: site_id
MERGE INTO kit_now AS t USING incoming AS s
ON t.site_id = s.site_id
WHEN MATCHED AND NOT s.is_told THEN DELETE
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED AND s.is_told THEN INSERT BY NAME;
