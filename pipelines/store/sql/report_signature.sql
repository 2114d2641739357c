-- what: who signed which version of which report, and when (Q86); only a version that was there to be seen can be signed
-- grain: signature
CREATE OR REPLACE MACRO report_signature(as_of) AS TABLE
SELECT
    a.sequence, a.target AS report_id, v.version, a.actor AS signed_by, a.role, a.happened_at AS signed_at,
    a.reason AS text
FROM act a
JOIN report_version v
    ON v.report_id = a.target AND v.version = try_cast((a.facts ->> '$.version') AS BIGINT)
    AND v.stored_at <= a.stored_at
WHERE a.kind = 'report_signed' AND a.stored_at <= as_of;
