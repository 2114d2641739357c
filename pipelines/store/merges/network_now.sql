-- what: the newest network samples
-- grain: site_id × network
MERGE INTO network_now AS t USING incoming AS s
ON t.site_id = s.site_id AND t.network = s.network
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
