-- what: the state of each registration server, and how many of the scope's desks work on it; error_share covers the five
--       campaign minutes before as_of, NULL where fewer than two probes answered or nothing was asked
-- grain: server, in the order of the campaign's file
WITH desks AS (
    SELECT server_id, sum(desks)::BIGINT AS desks
    FROM known.desks($as_of) d SEMI JOIN sites_in($scope_level, $scope_id) i USING (site_id)
    GROUP BY server_id
)
SELECT
    s.server_id, s.name_zh, s.name_en, s.system, s.sheet_no, s.health, s.is_up, s.logins, s.capacity_logins,
    s.load_share, s.connect_ms, s.first_byte_ms, s.transfer_ms, s.requests, s.errors, s.error_share,
    s.persons_registered, coalesce(d.desks, 0)::BIGINT AS desks, s.observed_at, s.down_since, s.outcome, s.reason
FROM known.server_state($as_of, $speed) s
LEFT JOIN desks d ON d.server_id = s.server_id
ORDER BY s.position
