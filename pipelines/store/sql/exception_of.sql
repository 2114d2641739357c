-- what: the open items for which somebody answers with a reason, so that a day may be closed all the same (Q98); the last
--       word on an item holds
-- grain: item, as kind/id
CREATE OR REPLACE MACRO exception_of(as_of) AS TABLE
WITH told AS (
    SELECT
        unnest(from_json(facts -> '$.items', '["VARCHAR"]')) AS item, kind, actor, reason, happened_at, sequence
    FROM act
    WHERE kind IN ('exception_signed', 'exception_withdrawn') AND stored_at <= as_of
)
SELECT
    item, arg_max(actor, sequence) AS signed_by, arg_max(reason, sequence) AS reason,
    arg_max(happened_at, sequence) AS signed_at
FROM told
GROUP BY item
HAVING arg_max(kind, sequence) = 'exception_signed';
