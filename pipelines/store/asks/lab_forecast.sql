-- what: each lab's backlog (received, not resulted), what is on its way, its pace, when the backlog is cleared, and how
--       many minutes after its receipt a tube received now is resulted (middle, and nine cases of ten)
-- grain: lab, in the order of the campaign's file; NULL where nothing was told yet, or the lab stands still
SELECT
    l.lab_id, l.name_zh, l.name_en, f.backlog, f.on_the_way, f.rate_per_hour, f.capacity_per_hour, f.clears_at,
    f.result_minutes_p50, f.result_minutes_p90, coalesce(f.is_stopped, false) AS is_stopped, f.method, f.made_at,
    wall_age_s($as_of, f.made_at, $speed) AS age_s
FROM lab l
LEFT JOIN known.lab_outlook($as_of) f ON f.lab_id = l.lab_id
ORDER BY l.position
