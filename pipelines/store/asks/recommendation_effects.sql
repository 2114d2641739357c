-- what: what became of the scope's accepted recommendations (Q87): the metric of its sites when it was accepted, 10 and 30
--       campaign minutes later and now; NULL while that is yet to come. measured: queue_persons (summed) or wait_minutes
--       (weighted by the lines); what was expected stands beside it
-- grain: recommendation that was accepted
WITH accepted AS (
    SELECT r.*, h.accepted_at
    FROM known.recommendation_in($as_of, $scope_level, $scope_id) r
    JOIN (
        SELECT recommendation_id, min(stored_at) AS accepted_at
        FROM recommendation
        WHERE state = 'accepted' AND stored_at <= $as_of
        GROUP BY recommendation_id
    ) h USING (recommendation_id)
),
moments AS (
    SELECT recommendation_id, label, looked_at
    FROM accepted
    CROSS JOIN LATERAL (
        VALUES ('start', accepted_at), ('ten', accepted_at + INTERVAL 10 MINUTE),
        ('thirty', accepted_at + INTERVAL 30 MINUTE), ('now', $as_of)
    ) AS v (label, looked_at)
    WHERE looked_at <= $as_of
),
asked AS (
    SELECT m.recommendation_id, m.label, m.looked_at, s.site_id
    FROM moments m
    JOIN (SELECT recommendation_id, unnest(site_ids) AS site_id FROM accepted) s USING (recommendation_id)
),
lines AS (
    SELECT
        a.recommendation_id, a.label, a.site_id, arg_max(q.queue_persons, q.tick) AS queue_persons,
        arg_max(q.wait_minutes, q.tick) AS wait_minutes
    FROM asked a
    JOIN site_queue q ON q.site_id = a.site_id AND q.stored_at <= a.looked_at AND q.stored_at > a.looked_at - INTERVAL 30 MINUTE
    GROUP BY a.recommendation_id, a.label, a.site_id
),
measured AS (
    SELECT
        l.recommendation_id, l.label, sum(l.queue_persons)::DOUBLE AS queue_persons,
        sum(l.wait_minutes * l.queue_persons) / nullif(sum(l.queue_persons), 0) AS wait_minutes
    FROM lines l
    GROUP BY l.recommendation_id, l.label
),
chosen AS (
    SELECT
        m.recommendation_id, m.label,
        CASE a.metric WHEN 'wait_minutes' THEN m.wait_minutes ELSE m.queue_persons END AS figure
    FROM measured m
    JOIN accepted a USING (recommendation_id)
)
SELECT
    a.recommendation_id, a.kind, a.subject, a.scope_level, a.scope_id, a.state, a.accepted_at,
    CASE a.metric WHEN 'wait_minutes' THEN a.metric ELSE 'queue_persons' END AS measured,
    max(c.figure) FILTER (WHERE c.label = 'start') AS value_at_acceptance,
    max(c.figure) FILTER (WHERE c.label = 'ten') AS value_after_10,
    max(c.figure) FILTER (WHERE c.label = 'thirty') AS value_after_30,
    max(c.figure) FILTER (WHERE c.label = 'now') AS value_now,
    a.metric AS expected_metric, a.value_before AS expected_before, a.value_after AS expected_after, a.effect_minutes
FROM accepted a
LEFT JOIN chosen c USING (recommendation_id)
GROUP BY ALL
ORDER BY a.accepted_at DESC, a.recommendation_id
