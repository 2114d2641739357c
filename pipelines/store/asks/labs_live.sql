-- what: what each lab has received, scanned and resulted, its backlog, and the share of labels read at the first scan
-- grain: lab, in the order of the campaign's file; a lab that told nothing yet has no counts
SELECT
    l.lab_id, l.name_zh, l.name_en, l.capacity_tubes_per_day, c.tubes_dispatched, c.tubes_received, c.tubes_resulted,
    c.tubes_received - c.tubes_resulted AS tubes_backlog, c.scans, c.scan_errors,
    1 - c.scan_errors / nullif(c.scans + c.scan_errors, 0) AS read_share, c.observed_at,
    wall_age_s($as_of, c.observed_at, $speed) AS age_s
FROM lab l
LEFT JOIN known.lab_count($as_of) c ON c.lab_id = l.lab_id
ORDER BY l.position
