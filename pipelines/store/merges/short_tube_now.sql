-- what: the tubes that have closed short since
-- grain: site_id × short_reason
MERGE INTO short_tube_now AS t USING incoming AS s
ON t.site_id = s.site_id AND t.short_reason = s.short_reason
WHEN MATCHED AND NOT s.is_told THEN DELETE
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED AND s.is_told THEN INSERT BY NAME;
