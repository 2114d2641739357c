-- what: how many of one site's desks work on which server
-- grain: server, every one of them
SELECT s.server_id, coalesce(d.desks, 0)::BIGINT AS desks
FROM server s
LEFT JOIN known.desks($as_of) d ON d.server_id = s.server_id AND d.site_id = $site_id
ORDER BY s.position
