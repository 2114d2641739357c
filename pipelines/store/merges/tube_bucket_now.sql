-- what: the new tubes added to the five minutes in which they happened; steps that no ask reads by time are left out
-- grain: bucket_at × site_id × kind
MERGE INTO tube_bucket_now AS t USING (
    SELECT
        time_bucket(INTERVAL 5 MINUTE, happened_at) AS bucket_at, site_id, kind,
        count(*)::BIGINT AS tubes, sum(persons)::BIGINT AS persons
    FROM incoming
    WHERE kind IN ('registered', 'sampled', 'received', 'resulted')
    GROUP BY ALL
) AS s
ON t.bucket_at = s.bucket_at AND t.site_id = s.site_id AND t.kind = s.kind
WHEN MATCHED THEN UPDATE SET tubes = t.tubes + s.tubes, persons = t.persons + s.persons
WHEN NOT MATCHED THEN INSERT BY NAME;
