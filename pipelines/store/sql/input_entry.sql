-- what: everything that was entered for each site and hour (Q82), through the sites' own feed or here by hand, in the order
--       in which it became known: that is its version. given_*: what this entry says; the rest holds from the entry
--       before. base_version: what whoever entered it had seen; the feed's own corrections have seen the feed alone
-- grain: site × hour × version
CREATE OR REPLACE MACRO input_entry(as_of) AS TABLE
WITH told AS (
    SELECT
        site_id, hour_at, sequence, 'feed' AS source,
        CASE WHEN version > 1 THEN 'input_corrected' ELSE 'input_entered' END AS kind, '' AS entered_by, '' AS reason,
        NULL::BIGINT AS base_version, persons, tubes, third_copies, special_cases, entered_at, stored_at
    FROM site_input
    WHERE stored_at <= as_of
    UNION ALL
    SELECT
        scope_id, hour_of(target), sequence, CASE WHEN (facts ->> '$.source') = 'file' THEN 'file' ELSE 'manual' END,
        kind, coalesce(actor, ''), coalesce(reason, ''),
        coalesce(try_cast((facts ->> '$.base_version') AS BIGINT), 0),
        try_cast((facts ->> '$.persons') AS BIGINT), try_cast((facts ->> '$.tubes') AS BIGINT),
        try_cast((facts ->> '$.third_copies') AS BIGINT), try_cast((facts ->> '$.special_cases') AS BIGINT),
        happened_at, stored_at
    FROM act
    WHERE kind IN ('input_entered', 'input_confirmed', 'input_corrected') AND scope_level = 'site'
      AND hour_of(target) IS NOT NULL AND stored_at <= as_of
),
numbered AS (
    SELECT
        *, row_number() OVER (PARTITION BY site_id, hour_at ORDER BY stored_at, entered_at, source, sequence) AS version
    FROM told
),
seen AS (
    SELECT
        *, coalesce(max(CASE WHEN source = 'feed' THEN version END) OVER before, 0) AS feed_before
    FROM numbered
    WINDOW before AS (PARTITION BY site_id, hour_at ORDER BY version ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT
    site_id, hour_at, version, source, kind, entered_by, reason, entered_at, stored_at,
    least(coalesce(base_version, feed_before), version - 1) AS base_version,
    persons AS given_persons, tubes AS given_tubes, third_copies AS given_third_copies,
    special_cases AS given_special_cases,
    last_value(persons IGNORE NULLS) OVER so_far AS persons,
    last_value(tubes IGNORE NULLS) OVER so_far AS tubes,
    last_value(third_copies IGNORE NULLS) OVER so_far AS third_copies,
    last_value(special_cases IGNORE NULLS) OVER so_far AS special_cases
FROM seen
WINDOW so_far AS (PARTITION BY site_id, hour_at ORDER BY version ROWS UNBOUNDED PRECEDING);
