-- what: what happened at one site, the newest 300 first: orders that reach it, steps of its sessions, interruptions, sheets,
--       rolls and boxes, hourly entries, late duplicates, and pulls of it that failed in the campaign hour before as_of
-- grain: event; detail is a word of its own kind (cause, contingency, version, outcome), facts are JSON
WITH happened AS (
    SELECT
        happened_at AS "at", machine || '_' || step AS kind, thing_id AS subject, coalesce(cause, state) AS detail, facts,
        sequence
    FROM thing_event
    WHERE site_id = $site_id AND stored_at <= $as_of
    UNION ALL
    SELECT
        o.ordered_at, 'order', o.order_id,
        coalesce(o.contingency, o.vehicle_id, o.server_id, o.lend_from || ' > ' || o.lend_to), '{}', 0
    FROM known.site_order($as_of) o
    JOIN site s ON s.site_id = $site_id
    WHERE o.scope = 'district' AND o.vehicle_id IS NULL
       OR o.scope = 'town' AND o.target = s.town_code OR o.scope = 'site' AND o.target = s.site_id
    UNION ALL
    SELECT entered_at, 'input', site_id, version::VARCHAR, '{}', sequence
    FROM site_input
    WHERE site_id = $site_id AND stored_at <= $as_of
    UNION ALL
    SELECT recorded_at, kind, barcode, other_barcode, '{}', sequence
    FROM exception_event
    WHERE site_id = $site_id AND stored_at <= $as_of
    UNION ALL
    SELECT pulled_at, 'pull_failed', source_id, outcome, '{}', tick
    FROM source_pull
    WHERE site_id = $site_id AND outcome NOT IN ('ok', 'partial') AND stored_at > $as_of - INTERVAL 1 HOUR
      AND stored_at <= $as_of
)
SELECT "at", kind, subject, detail, facts, sequence::BIGINT AS sequence
FROM happened
ORDER BY "at" DESC, sequence DESC, kind, subject
LIMIT 300
