-- what: the contingency that the latest order reaching a site gives it (Q16, Q94, Q95)
-- grain: site that any such order has reached
CREATE OR REPLACE MACRO known.ordered(as_of) AS TABLE
SELECT
    s.site_id, max_by(o.contingency, (o.ordered_at, o.order_id)) AS ordered, max(o.ordered_at) AS ordered_at,
    max_by(o.order_id, (o.ordered_at, o.order_id)) AS order_id
FROM known.site_order(as_of) o
JOIN site s ON o.scope = 'district' OR (o.scope = 'town' AND o.target = s.town_code)
            OR (o.scope = 'site' AND o.target = s.site_id)
WHERE o.contingency IS NOT NULL
GROUP BY s.site_id;
