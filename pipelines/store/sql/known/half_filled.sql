-- what: the tubes that were opened seat by seat: when each was first opened, and whether it was left standing since
-- grain: tube
CREATE OR REPLACE MACRO known.half_filled(as_of) AS TABLE
SELECT
    barcode, min(happened_at) FILTER (WHERE kind = 'opened') AS opened_at,
    arg_max(kind, sequence) = 'suspended' AS is_suspended
FROM tube_event
WHERE kind IN ('opened', 'suspended', 'resumed') AND stored_at <= as_of
GROUP BY barcode;
