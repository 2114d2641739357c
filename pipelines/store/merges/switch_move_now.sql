-- what: the switch moves; one that the newest set no longer has keeps an older tick than the set
-- grain: site_id × from_server_id × to_server_id × contingency
MERGE INTO switch_move_now AS t USING incoming AS s
ON t.site_id = s.site_id AND t.from_server_id = s.from_server_id AND t.to_server_id = s.to_server_id AND t.contingency IS NOT DISTINCT FROM s.contingency
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
