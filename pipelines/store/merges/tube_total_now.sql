-- what: the new tubes added to the totals so far
-- grain: site_id × kind
MERGE INTO tube_total_now AS t USING (
    SELECT
        site_id, kind, count(*)::BIGINT AS tubes, sum(persons)::BIGINT AS persons,
        max(sequence)::BIGINT AS last_sequence
    FROM incoming
    GROUP BY site_id, kind
) AS s
ON t.site_id = s.site_id AND t.kind = s.kind
WHEN MATCHED THEN UPDATE SET
    tubes = t.tubes + s.tubes, persons = t.persons + s.persons,
    last_sequence = greatest(t.last_sequence, s.last_sequence)
WHEN NOT MATCHED THEN INSERT BY NAME;
