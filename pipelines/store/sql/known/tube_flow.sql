-- what: persons registered and tubes taking their steps at the sites of the scope, by five minutes; what happened before the first
--       or after the last of them is counted there; lab: of one laboratory's sites only, '' of all
-- grain: five minutes in which anything happened
CREATE OR REPLACE MACRO known.tube_flow(as_of, scope_level, scope_id, lab) AS TABLE
SELECT
    least(greatest(b.bucket_at, p.first_at), p.last_at) AS bucket_at,
    sum(b.persons) FILTER (WHERE b.kind = 'registered') AS persons_registered,
    sum(b.tubes) FILTER (WHERE b.kind = 'registered') AS tubes_registered,
    sum(b.tubes) FILTER (WHERE b.kind = 'sampled') AS tubes_sampled,
    sum(b.tubes) FILTER (WHERE b.kind = 'received') AS tubes_received,
    sum(b.tubes) FILTER (WHERE b.kind = 'resulted') AS tubes_resulted
FROM known.tube_bucket(as_of) b
CROSS JOIN day_span(as_of) p
WHERE (scope_level = 'district' AND lab = '')
   OR b.site_id IN (SELECT site_id FROM sites_of(scope_level, scope_id, lab))
GROUP BY 1;
