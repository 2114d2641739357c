-- what: the scope's tubes that closed with fewer than ten persons, by the reason that was given (Q63)
-- grain: reason that was given, the commonest first
SELECT t.short_reason, sum(t.tubes)::BIGINT AS tubes, bool_and(a.is_fresh) AS is_fresh
FROM known.short_tube($as_of) t
SEMI JOIN sites_in($scope_level, $scope_id) s ON s.site_id = t.site_id
JOIN known.page_age($as_of, $speed) a ON a.kind = 'quality'
GROUP BY t.short_reason
ORDER BY tubes DESC, t.short_reason
