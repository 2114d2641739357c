-- what: who signed which version of which report, and when (Q86)
-- grain: signature
CREATE OR REPLACE MACRO report_signature(as_of) AS TABLE
SELECT
    sequence, target AS report_id, coalesce(try_cast((facts ->> '$.version') AS BIGINT), 0) AS version,
    actor AS signed_by, role, happened_at AS signed_at, reason AS text
FROM act
WHERE kind = 'report_signed' AND stored_at <= as_of;
