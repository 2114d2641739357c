-- what: the disturbances that reach a scope: its sites among theirs, the desks there. The district's sees all; one whose
--       sites are not known reaches everybody. explains is cut to the scope's sites too
-- grain: disturbance
CREATE OR REPLACE MACRO known.disturbance_in(as_of, scope_level, scope_id) AS TABLE
WITH hit AS (
    SELECT disturbance_id, unnest(site_ids) AS site_id, unnest(site_desks) AS desks FROM known.disturbance(as_of)
),
inside AS (
    SELECT
        h.disturbance_id, list(h.site_id ORDER BY h.site_id) AS site_ids, count(*)::BIGINT AS sites,
        sum(h.desks)::BIGINT AS desks
    FROM hit h SEMI JOIN sites_in(scope_level, scope_id) s USING (site_id)
    GROUP BY h.disturbance_id
),
ours AS (SELECT list(site_id) AS site_ids FROM sites_in(scope_level, scope_id))
SELECT
    d.disturbance_id, d.cause, d.subject_kind, d.subject, d.severity, d.since, d.seen_at, d.ended_at,
    coalesce(i.site_ids, []::VARCHAR[]) AS site_ids, coalesce(i.sites, 0)::BIGINT AS sites,
    coalesce(i.desks, 0)::BIGINT AS desks, d.scores, d.evidence,
    list_filter(
        d.explains,
        lambda word: scope_level = 'district' OR split_part(word, ':', 1) = 'server'
            OR list_contains(o.site_ids, split_part(word, ':', 2))
    ) AS explains
FROM known.disturbance(as_of) d
CROSS JOIN ours o
LEFT JOIN inside i USING (disturbance_id)
WHERE scope_level = 'district' OR len(d.site_ids) = 0 OR i.disturbance_id IS NOT NULL;
