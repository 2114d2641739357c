-- what: the checks that somebody overrode with a reason, so that a site may open all the same; the last word holds
-- grain: site × check
CREATE OR REPLACE MACRO gate_override(as_of) AS TABLE
SELECT
    scope_id AS site_id, target AS "check", arg_max(actor, sequence) AS overridden_by,
    arg_max(reason, sequence) AS reason, arg_max(happened_at, sequence) AS overridden_at
FROM act
WHERE kind IN ('gate_overridden', 'gate_restored') AND scope_level = 'site' AND stored_at <= as_of
GROUP BY scope_id, target
HAVING arg_max(kind, sequence) = 'gate_overridden';
