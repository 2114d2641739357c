-- what: where the scope's tubes stand, by the last step on record, and for how many campaign minutes the oldest has
-- grain: state of custody, every one of them, a good day's first; a half-filled tube is open or suspended
WITH states AS (
    SELECT state, kinds, position
    FROM (VALUES
        ('open', ['opened', 'resumed'], 0), ('suspended', ['suspended'], 1), ('registered', ['registered'], 2),
        ('handed_over', ['handed_over'], 3), ('sampled', ['sampled'], 4), ('bagged', ['bagged'], 5),
        ('dispatched', ['dispatched'], 6), ('received', ['received'], 7), ('resulted', ['resulted'], 8),
        ('lost', ['lost'], 9), ('misrouted', ['misrouted'], 10), ('voided', ['voided'], 11)
    ) v (state, kinds, position)
),
held AS (
    SELECT kind, count(*) AS tubes, sum(persons) AS persons, min(happened_at) AS oldest_at
    FROM tube_state($as_of, $scope_level, $scope_id, $lab_id)
    GROUP BY kind
)
SELECT
    s.state, coalesce(sum(h.tubes), 0)::BIGINT AS tubes, coalesce(sum(h.persons), 0)::BIGINT AS persons,
    greatest(0.0, epoch($as_of - min(h.oldest_at)) / 60) AS oldest_minutes
FROM states s
LEFT JOIN held h ON list_contains(s.kinds, h.kind)
GROUP BY s.state, s.position
ORDER BY s.position
