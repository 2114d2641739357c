-- what: the health of each Wi-Fi network of the scope
-- grain: site × network
SELECT
    n.site_id, s.name_zh, s.name_en, s.town_code, n.network, n.health, n.latency_ms, n.loss_share, n.clients,
    n.observed_at, n.is_fresh
FROM known.network_state($as_of, $speed) n
JOIN sites_in($scope_level, $scope_id) s ON s.site_id = n.site_id
ORDER BY n.site_id, n.position
