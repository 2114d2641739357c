-- what: the orders that were given, from the history up to as_of
-- grain: order
CREATE OR REPLACE MACRO past.site_order(as_of) AS TABLE
SELECT
    order_id, scope, target, contingency, vehicle_id, server_id, lend_from, lend_to, "by", reason, ordered_at
FROM site_order
SEMI JOIN (SELECT order_id, max(tick) AS tick FROM site_order WHERE stored_at <= as_of GROUP BY order_id) AS newest USING (order_id, tick)
WHERE is_told;
