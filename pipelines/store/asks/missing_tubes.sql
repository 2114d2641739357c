-- what: the scope's tubes that need somebody (Q84): lost, at a wrong lab (misrouted), not at a lab and without a step
--       for more than two campaign hours before the newest step we know of any tube (overdue: couriers come at least
--       hourly and drive an hour at most), or voided after their label was used; the first 500, and how many of a kind
-- grain: tube; the lost first, then misrouted, overdue, voided, each the longest without a step first
WITH known_to AS (
    SELECT least($as_of, max(happened_at)) AS moment FROM tube_event WHERE stored_at <= $as_of
),
judged AS (
    SELECT
        t.*, epoch($as_of - t.happened_at) / 60 AS age_minutes,
        CASE
            WHEN kind IN ('lost', 'misrouted', 'voided') THEN kind
            WHEN kind IN ('registered', 'handed_over', 'sampled', 'bagged', 'dispatched')
                AND happened_at < k.moment - INTERVAL 2 HOUR THEN 'overdue'
        END AS why
    FROM tube_state($as_of, $scope_level, $scope_id, $lab_id) t
    CROSS JOIN known_to k
),
ranked AS (
    SELECT *, list_position(['lost', 'misrouted', 'overdue', 'voided'], why) AS rank, count(*) OVER (PARTITION BY why) AS tubes
    FROM judged
    WHERE why IS NOT NULL
)
SELECT
    r.barcode, r.site_id, s.name_zh, s.name_en, s.town_code, r.lab_id, r.persons, r.why, r.tubes::BIGINT AS tubes_of_kind,
    r.kind AS last_kind, r.happened_at AS last_at, greatest(0.0, r.age_minutes) AS age_minutes
FROM ranked r
JOIN site s ON s.site_id = r.site_id
ORDER BY r.rank, r.happened_at, r.barcode
LIMIT 500
