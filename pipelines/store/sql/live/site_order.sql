-- what: the orders that were given, from the hot table
-- grain: order
CREATE OR REPLACE MACRO live.site_order(as_of) AS TABLE
SELECT
    order_id, scope, target, contingency, vehicle_id, server_id, lend_from, lend_to, "by", reason, ordered_at
FROM site_order_now;
