-- what: the day's shifts, how many of the scope are on each one's register, how many of them are there, and when it next
--       changes: begins or ends, NULL when it is over
-- grain: shift, in the order of the campaign's file
WITH people AS (
    SELECT p.shift_id, count(*)::BIGINT AS persons, count(*) FILTER (WHERE p.is_on_shift)::BIGINT AS on_shift
    FROM known.person_here($as_of) p SEMI JOIN sites_in($scope_level, $scope_id) s ON s.site_id = p.site_id
    GROUP BY p.shift_id
)
SELECT
    f.shift_id, f.starts_at, f.ends_at, coalesce(p.persons, 0)::BIGINT AS persons,
    coalesce(p.on_shift, 0)::BIGINT AS on_shift,
    CASE WHEN f.starts_at > $as_of THEN f.starts_at WHEN f.ends_at > $as_of THEN f.ends_at END AS next_at,
    a.is_fresh
FROM shift f
JOIN known.page_age($as_of, $speed) a ON a.kind = 'people'
LEFT JOIN people p ON p.shift_id = f.shift_id
ORDER BY f.position
