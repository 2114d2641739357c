-- what: the contingency that the latest order reaching a site gives it (Q16, Q94, Q95); an order to scan a server's code
--       gives it that server's system
-- grain: site that any such order has reached
CREATE OR REPLACE MACRO known.ordered(as_of) AS TABLE
WITH told AS (
    SELECT o.scope, o.target, o.ordered_at, o.order_id, coalesce(o.contingency, v.system) AS contingency
    FROM known.site_order(as_of) o
    LEFT JOIN server v ON v.server_id = o.server_id
    WHERE o.contingency IS NOT NULL OR o.server_id IS NOT NULL
)
SELECT
    s.site_id, max_by(o.contingency, (o.ordered_at, o.order_id)) AS ordered, max(o.ordered_at) AS ordered_at,
    max_by(o.order_id, (o.ordered_at, o.order_id)) AS order_id
FROM told o
JOIN site s ON o.scope = 'district' OR (o.scope = 'town' AND o.target = s.town_code)
            OR (o.scope = 'site' AND o.target = s.site_id)
GROUP BY s.site_id;
