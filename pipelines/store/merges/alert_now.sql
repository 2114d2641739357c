-- what: where each alert stands; one that is ok again is gone
-- grain: alert_id
MERGE INTO alert_now AS t USING incoming AS s
ON t.alert_id = s.alert_id
WHEN MATCHED AND s.state = 'ok' THEN DELETE
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED AND s.state <> 'ok' THEN INSERT BY NAME;
