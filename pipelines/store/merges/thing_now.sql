-- what: where the things stand that have taken a step since; of several steps the last
-- grain: machine × thing_id
MERGE INTO thing_now AS t USING (
    SELECT * FROM incoming
    SEMI JOIN (SELECT machine, thing_id, max(sequence) AS sequence FROM incoming GROUP BY machine, thing_id) AS newest
    USING (machine, thing_id, sequence)
) AS s
ON t.machine = s.machine AND t.thing_id = s.thing_id
WHEN MATCHED AND s.sequence > t.sequence THEN UPDATE BY NAME
WHEN NOT MATCHED THEN INSERT BY NAME;
