-- what: what disturbs the scope now, one row a cause (Q61), the gravest first. subject: id of the server, site, carrier
--       or town, "" for all; sites and desks are the scope's own. scores: JSON, cause to weight, adding up to 1;
--       evidence: JSON, key to figure. explains: what it brings about (server:…, network:site:network, power:site,
--       site:…), so that alerts about these may be muted. minutes: campaign minutes since
-- grain: disturbance that goes on
SELECT
    disturbance_id, cause, subject_kind, subject, severity, since, seen_at, site_ids, sites, desks, scores, evidence,
    explains, greatest(0.0, (epoch_us($as_of) - epoch_us(since)) / 60000000.0) AS minutes
FROM known.disturbance_in($as_of, $scope_level, $scope_id)
WHERE ended_at IS NULL
ORDER BY
    CASE severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, desks DESC, since, disturbance_id
