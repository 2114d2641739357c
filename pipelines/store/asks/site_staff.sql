-- what: who is on shift at one site against what the norms ask for its open lanes
-- grain: role
SELECT role, on_shift, planned, need, on_shift - need AS gap
FROM known.staff_need($as_of, $speed, 'site', $site_id)
ORDER BY position
