-- what: the tubes of the scope's sites against each lab's own count of what it received (Q83): by barcode, of the towns bound
--       to it: registered, bagged, received, on the way, lost; tubes_received_told and tubes_resulted_told: what the lab
--       counts itself, of all its towns, so told and compared for the district alone (received_off: its count by ours)
-- grain: lab
WITH ledger AS (
    SELECT
        own_lab_id AS lab_id, count(*) FILTER (WHERE is_registered) AS registered,
        count(*) FILTER (WHERE is_registered AND (is_bagged OR is_received)) AS bagged,
        count(*) FILTER (WHERE is_received) AS received, count(*) FILTER (WHERE is_resulted) AS resulted,
        count(*) FILTER (WHERE kind = 'in_transit') AS in_transit, count(*) FILTER (WHERE kind = 'lost') AS lost,
        count(*) FILTER (WHERE kind = 'misrouted') AS misrouted, count(*) FILTER (WHERE kind = 'wrong_lab') AS wrong_lab
    FROM tube_verdict($as_of, $scope_level, $scope_id)
    GROUP BY own_lab_id
),
told AS (
    SELECT lab_id, tubes_received, tubes_resulted FROM known.lab_count($as_of) WHERE $scope_level = 'district'
)
SELECT
    b.lab_id, b.name_zh, b.name_en, coalesce(l.registered, 0)::BIGINT AS tubes_registered,
    coalesce(l.bagged, 0)::BIGINT AS tubes_bagged, coalesce(l.received, 0)::BIGINT AS tubes_received,
    coalesce(l.in_transit, 0)::BIGINT AS tubes_in_transit, coalesce(l.lost, 0)::BIGINT AS tubes_lost,
    coalesce(l.misrouted, 0)::BIGINT AS tubes_misrouted, coalesce(l.wrong_lab, 0)::BIGINT AS tubes_wrong_lab,
    coalesce(l.resulted, 0)::BIGINT AS tubes_resulted, t.tubes_received AS tubes_received_told,
    t.tubes_resulted AS tubes_resulted_told, t.tubes_received - coalesce(l.received, 0) AS received_off
FROM lab b
LEFT JOIN ledger l ON l.lab_id = b.lab_id
LEFT JOIN told t ON t.lab_id = b.lab_id
WHERE $scope_level = 'district' OR b.lab_id IN (
    SELECT w.lab_id FROM town w JOIN sites_in($scope_level, $scope_id) s ON s.town_code = w.town_code
)
ORDER BY b.position
