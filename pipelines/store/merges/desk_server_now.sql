-- what: the newest desks; a server that is no longer named keeps an older tick than its site's queue
-- grain: site_id × server_id
MERGE INTO desk_server_now AS t USING incoming AS s
ON t.site_id = s.site_id AND t.server_id = s.server_id
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
