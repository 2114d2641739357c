-- what: which of the scope's desks scan which server's code (Q72, Q73), so that no server passes its share of capacity;
--       contingency: province, offline, city, NULL where a stuck desk has nowhere to go; to_server_id "" for these.
--       is_stuck: the desks work nowhere now; else they leave a server that is too full
-- grain: site × server left × server taken × contingency; none when no desk need move
SELECT
    m.site_id, s.name_zh, s.name_en, s.town_code, m.from_server_id, m.to_server_id, m.contingency, m.desks, m.is_stuck
FROM known.switch_move($as_of) m
JOIN sites_in($scope_level, $scope_id) s ON s.site_id = m.site_id
ORDER BY m.is_stuck DESC, m.site_id, m.from_server_id, m.to_server_id, m.contingency
