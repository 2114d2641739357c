-- what: the latest 500 orders that concern the scope, newest first, and how far each has spread within the scope:
--       sites and desks it reaches, sites where no later one has taken its place, desks that work as it says now
--       (NULL where no desk is told of, or the order is to no desks)
-- grain: order
WITH orders AS (
    SELECT * FROM orders_in($as_of, $scope_level, $scope_id) ORDER BY sequence DESC LIMIT 500
),
reached AS (
    SELECT o.sequence, s.site_id, s.lanes
    FROM orders o
    JOIN sites_in($scope_level, $scope_id) s
      ON CASE WHEN o.lend_from IS NOT NULL THEN s.site_id IN (o.lend_from, o.lend_to)
         ELSE o.scope_level = 'district' OR (o.scope_level = 'town' AND s.town_code = o.scope_id)
              OR (o.scope_level = 'site' AND s.site_id = o.scope_id) END
    WHERE o.vehicle_id IS NULL OR o.scope_level = 'site'
),
to_desks AS (
    SELECT o.sequence, o.contingency, o.server_id, r.site_id
    FROM orders o JOIN reached r ON r.sequence = o.sequence
    WHERE o.state = 'delivered' AND (o.contingency IS NOT NULL OR o.server_id IS NOT NULL)
),
holding AS (
    SELECT max(sequence) AS sequence, site_id FROM to_desks GROUP BY site_id
),
obeying AS (
    SELECT
        t.sequence,
        count(*) FILTER (WHERE d.contingency = t.contingency OR (d.server_id = t.server_id AND d.is_online)) AS desks
    FROM to_desks t
    JOIN known.desk($as_of) d ON d.site_id = t.site_id
    GROUP BY t.sequence
),
spread AS (
    SELECT
        r.sequence, count(*)::BIGINT AS sites_reached, sum(r.lanes)::BIGINT AS desks_reached,
        count(h.sequence)::BIGINT AS sites_holding
    FROM reached r
    LEFT JOIN holding h ON h.sequence = r.sequence AND h.site_id = r.site_id
    GROUP BY r.sequence
)
SELECT
    o.*, coalesce(s.sites_reached, 0) AS sites_reached, coalesce(s.desks_reached, 0) AS desks_reached,
    coalesce(s.sites_holding, 0) AS sites_holding, b.desks AS desks_obeying
FROM orders o
LEFT JOIN spread s ON s.sequence = o.sequence
LEFT JOIN obeying b ON b.sequence = o.sequence
ORDER BY o.sequence DESC
