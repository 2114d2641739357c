-- what: what each lab counted last and an hour before, when it had received as many tubes as are resulted by now, and
--       when it received its first; what a forecast of its results is made of
-- grain: lab, in the order of the campaign's file; a lab that told nothing yet has no counts
WITH now AS (SELECT * FROM known.lab_count($as_of)),
earlier AS (SELECT lab_id, tubes_resulted, tubes_received FROM past.lab_count($as_of - INTERVAL 1 HOUR)),
reached AS (
    SELECT
        c.lab_id, min(c.observed_at) FILTER (WHERE c.tubes_received >= n.tubes_resulted) AS received_so_many_at,
        min(c.observed_at) FILTER (WHERE c.tubes_received > 0) AS first_received_at
    FROM lab_counts c
    JOIN now n USING (lab_id)
    WHERE c.stored_at <= $as_of
    GROUP BY c.lab_id
)
SELECT
    l.lab_id, n.tubes_dispatched, n.tubes_received, n.tubes_resulted,
    n.tubes_resulted - coalesce(e.tubes_resulted, 0) AS resulted_last_hour,
    n.tubes_received - coalesce(e.tubes_received, 0) AS received_last_hour,
    r.received_so_many_at, r.first_received_at
FROM lab l
LEFT JOIN now n USING (lab_id)
LEFT JOIN earlier e USING (lab_id)
LEFT JOIN reached r USING (lab_id)
ORDER BY l.position
