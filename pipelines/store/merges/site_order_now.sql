-- what: the orders given since
-- grain: order_id
MERGE INTO site_order_now AS t USING incoming AS s
ON t.order_id = s.order_id
WHEN MATCHED AND NOT s.is_told THEN DELETE
WHEN MATCHED THEN UPDATE BY NAME
WHEN NOT MATCHED AND s.is_told THEN INSERT BY NAME;
