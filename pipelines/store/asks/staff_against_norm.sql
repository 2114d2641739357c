-- what: who is on shift in the scope against what the norms ask for its open lanes and sites
-- grain: role
SELECT role, on_shift, planned, need, on_shift - need AS gap
FROM known.staff_need($as_of, $speed, $scope_level, $scope_id)
ORDER BY position
