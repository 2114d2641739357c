-- what: what became of the scope's accepted recommendations (Q87): the metric of its sites when it was accepted, 10 and 30
--       campaign minutes later and now; NULL while that is yet to come. measured: queue_persons (summed), wait_minutes
--       (weighted by the lines), or, where persons not registered were expected, registered_per_hour (at the pace of the
--       last two whole five minutes), or, where a server was too full, server_load_percent (of the province's
--       fullest server that answers); what was expected stands beside it
-- grain: recommendation that was accepted
WITH accepted AS (
    SELECT
        r.*, d.accepted_at,
        CASE r.metric WHEN 'wait_minutes' THEN r.metric WHEN 'persons_not_registered' THEN 'registered_per_hour'
             WHEN 'persons_if_it_falls' THEN 'server_load_percent' WHEN 'server_load_percent' THEN r.metric ELSE 'queue_persons' END AS measured
    FROM known.recommendation_in($as_of, $scope_level, $scope_id) r
    JOIN (
        SELECT target AS recommendation_id, min(happened_at) AS accepted_at
        FROM act
        WHERE kind = 'recommendation_accepted' AND stored_at <= $as_of
        GROUP BY target
    ) d USING (recommendation_id)
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
waiting AS (
    SELECT
        l.recommendation_id, l.label, sum(l.queue_persons)::DOUBLE AS queue_persons,
        sum(l.wait_minutes * l.queue_persons) / nullif(sum(l.queue_persons), 0) AS wait_minutes
    FROM lines l
    GROUP BY l.recommendation_id, l.label
),
paces AS (
    SELECT a.recommendation_id, a.label, coalesce(sum(b.persons), 0) * 6.0 AS registered_per_hour
    FROM asked a
    LEFT JOIN known.tube_bucket($as_of) b
      ON b.site_id = a.site_id AND b.kind = 'registered' AND b.bucket_at <= a.looked_at - INTERVAL 5 MINUTE
     AND b.bucket_at > a.looked_at - INTERVAL 15 MINUTE
    GROUP BY a.recommendation_id, a.label
),
probes AS (
    SELECT m.recommendation_id, m.label, s.server_id, arg_max(s.logins / nullif(s.capacity_logins, 0), s.tick) AS load_share
    FROM moments m
    JOIN accepted a ON a.recommendation_id = m.recommendation_id AND a.measured = 'server_load_percent'
    JOIN server_sample s ON s.stored_at <= m.looked_at AND s.stored_at > m.looked_at - INTERVAL 5 MINUTE AND s.is_up
    SEMI JOIN (SELECT server_id FROM server WHERE system = 'province') p ON p.server_id = s.server_id
    GROUP BY m.recommendation_id, m.label, s.server_id
),
loads AS (
    SELECT recommendation_id, label, max(load_share) * 100 AS server_load_percent FROM probes GROUP BY recommendation_id, label
),
chosen AS (
    SELECT
        p.recommendation_id, p.label,
        CASE a.measured WHEN 'wait_minutes' THEN w.wait_minutes WHEN 'registered_per_hour' THEN p.registered_per_hour
             WHEN 'server_load_percent' THEN l.server_load_percent ELSE w.queue_persons END AS figure
    FROM paces p
    JOIN accepted a USING (recommendation_id)
    LEFT JOIN waiting w USING (recommendation_id, label)
    LEFT JOIN loads l USING (recommendation_id, label)
)
SELECT
    a.recommendation_id, a.kind, a.subject, a.scope_level, a.scope_id, a.state, a.accepted_at,
    a.measured,
    max(c.figure) FILTER (WHERE c.label = 'start') AS value_at_acceptance,
    max(c.figure) FILTER (WHERE c.label = 'ten') AS value_after_10,
    max(c.figure) FILTER (WHERE c.label = 'thirty') AS value_after_30,
    max(c.figure) FILTER (WHERE c.label = 'now') AS value_now,
    a.metric AS expected_metric, a.value_before AS expected_before, a.value_after AS expected_after, a.effect_minutes
FROM accepted a
LEFT JOIN chosen c USING (recommendation_id)
GROUP BY ALL
ORDER BY a.accepted_at DESC, a.recommendation_id
