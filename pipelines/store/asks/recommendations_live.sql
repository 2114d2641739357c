-- what: at most three things to do now in the scope (Q87), by the person-minutes of waiting that they are expected to
--       save. target: scope_level and scope_id; orders: JSON list of {level, id, facts}, the acts that carry it out;
--       evidence: JSON, key to figure; effect: metric, before, after, within effect_minutes; state: open or accepted,
--       from the moment the decision is known
-- grain: recommendation that is open, or accepted and not done
WITH told AS (
    SELECT
        r.* EXCLUDE (state),
        CASE WHEN r.state = 'open' THEN coalesce(d.decision, r.state) ELSE r.state END AS state
    FROM known.recommendation_in($as_of, $scope_level, $scope_id) r
    LEFT JOIN (
        SELECT target, replace(arg_max(kind, sequence), 'recommendation_', '') AS decision
        FROM act
        WHERE kind IN ('recommendation_accepted', 'recommendation_rejected') AND stored_at <= $as_of
        GROUP BY target
    ) d ON d.target = r.recommendation_id
)
SELECT
    recommendation_id, row_number() OVER (ORDER BY person_minutes DESC, recommendation_id) AS rank, kind, subject,
    scope_level, scope_id, len(site_ids)::BIGINT AS sites, site_ids, state, made_at, metric, value_before, value_after,
    effect_minutes, person_minutes, evidence, orders, disturbance_id
FROM told
WHERE state IN ('open', 'accepted')
ORDER BY rank
LIMIT 3
