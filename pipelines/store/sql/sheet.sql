-- what: every account sheet known at as_of, by number (Q70, Q74), never with a password: where it stands, from what the
--       sites tell and what people record here, whichever is further on; who destroyed it, and who saw that
-- grain: sheet
CREATE OR REPLACE MACRO sheet(as_of) AS TABLE
WITH step AS (
    SELECT
        thing_id AS sheet_no, site_id, sequence AS ordered, state, happened_at, "by" AS actor,
        facts ->> '$.witness' AS witness
    FROM thing_event
    WHERE machine = 'sheet' AND stored_at <= as_of
    UNION ALL
    SELECT
        unnest(from_json(facts -> '$.sheets', '["VARCHAR"]')), scope_id, sequence,
        replace(kind, 'sheets_', ''), happened_at, actor, facts ->> '$.witness'
    FROM act
    WHERE kind IN ('sheets_issued', 'sheets_returned', 'sheets_destroyed') AND stored_at <= as_of
)
SELECT
    sheet_no, arg_max(site_id, (list_position(['printed', 'issued', 'missing', 'returned', 'destroyed'], state), ordered))
        AS site_id,
    arg_max(state, list_position(['printed', 'issued', 'missing', 'returned', 'destroyed'], state)) AS state,
    min(happened_at) FILTER (WHERE state = 'issued') AS issued_at,
    min(happened_at) FILTER (WHERE state = 'returned') AS returned_at,
    min(happened_at) FILTER (WHERE state = 'destroyed') AS destroyed_at,
    arg_min(actor, (happened_at, ordered)) FILTER (WHERE state = 'destroyed') AS destroyed_by,
    arg_min(witness, (happened_at, ordered)) FILTER (WHERE state = 'destroyed') AS witness,
    max(happened_at) AS last_at
FROM step
GROUP BY sheet_no;
