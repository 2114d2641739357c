-- what: the orders known at as_of that concern a scope: what they order, by whom, why, and whether they arrived;
--       one that failed is sent again, one that was refused is not
-- grain: order
CREATE OR REPLACE MACRO orders_in(as_of, scope_level, scope_id) AS TABLE
WITH told AS (
    SELECT
        target AS act_id, min(happened_at) FILTER (WHERE kind = 'order_delivered') AS delivered_at,
        arg_max(reason, sequence) FILTER (WHERE kind = 'order_failed') AS failure,
        coalesce(bool_or((facts ->> '$.is_final') = 'true') FILTER (WHERE kind = 'order_failed'), false) AS is_refused
    FROM act
    WHERE kind IN ('order_delivered', 'order_failed') AND stored_at <= as_of
    GROUP BY target
)
SELECT
    a.sequence, a.act_id, a.actor, a.role, a.scope_level, a.scope_id, a.reason, a.happened_at AS ordered_at,
    (a.facts ->> '$.contingency') AS contingency, (a.facts ->> '$.vehicle_id') AS vehicle_id,
    (a.facts ->> '$.server_id') AS server_id, (a.facts ->> '$.lend_from') AS lend_from,
    (a.facts ->> '$.lend_to') AS lend_to, (a.facts ->> '$.role') AS lend_role,
    try_cast((a.facts ->> '$.persons') AS BIGINT) AS lend_persons,
    (a.facts ->> '$.recommendation_id') AS recommendation_id,
    t.delivered_at, CASE WHEN t.delivered_at IS NULL THEN t.failure END AS failure,
    CASE
        WHEN t.delivered_at IS NOT NULL THEN 'delivered'
        WHEN t.is_refused THEN 'refused'
        WHEN t.failure IS NOT NULL THEN 'failed'
        ELSE 'waiting'
    END AS state
FROM acts_in(as_of, scope_level, scope_id) a
LEFT JOIN told t ON t.act_id = a.act_id
WHERE a.kind = 'ordered';
