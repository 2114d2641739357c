-- what: how many desks of each town of the scope are logged in to which server, as the desks tell (Q71, Q73)
-- grain: server × town, every pair
WITH scope AS (SELECT * FROM sites_in($scope_level, $scope_id)),
logged_in AS (
    SELECT d.server_id, s.town_code, count(*)::BIGINT AS desks
    FROM known.desk($as_of) d JOIN scope s ON s.site_id = d.site_id
    WHERE d.server_id IS NOT NULL
    GROUP BY d.server_id, s.town_code
)
SELECT
    v.server_id, v.name_zh AS server_zh, v.name_en AS server_en, t.town_code, t.name_zh AS town_zh,
    t.name_en AS town_en, coalesce(l.desks, 0)::BIGINT AS desks, a.is_fresh
FROM server v
CROSS JOIN town t
JOIN known.page_age($as_of, $speed) a ON a.kind = 'desks'
LEFT JOIN logged_in l ON l.server_id = v.server_id AND l.town_code = t.town_code
WHERE t.town_code IN (SELECT town_code FROM scope)
ORDER BY v.position, t.position
