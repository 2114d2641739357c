-- what: up to which sequence the feeds beside the tubes' are known: stored, or left out because they broke a rule
-- grain: kind of source that has brought any
CREATE OR REPLACE MACRO feed_cursor() AS TABLE
SELECT kind, max(sequence)::BIGINT AS sequence
FROM (
    SELECT 'steps' AS kind, max(sequence) AS sequence FROM thing_event
    UNION ALL SELECT 'inputs', max(sequence) FROM site_input
    UNION ALL SELECT 'special_cases', max(sequence) FROM special_case
    UNION ALL SELECT 'exceptions', max(sequence) FROM exception_event
    UNION ALL SELECT kind, sequence FROM check_failure WHERE kind IS NOT NULL
) AS reached
WHERE sequence IS NOT NULL
GROUP BY kind;
