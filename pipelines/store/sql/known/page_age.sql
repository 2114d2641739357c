-- what: how old what a kind of page tells is, in wall seconds, and whether it still stands for now; a page that is empty
--       is as old as its pull
-- grain: kind of source, every one of them
CREATE OR REPLACE MACRO known.page_age(as_of, speed) AS TABLE
WITH heard AS (
    SELECT kind, max(coalesce(observed_at, last_good_at)) AS observed_at FROM known.source(as_of) GROUP BY kind
)
SELECT
    p.kind, h.observed_at, wall_age_s(as_of, h.observed_at, speed) AS age_s,
    coalesce(wall_age_s(as_of, h.observed_at, speed) <= p.row_s, false) AS is_fresh
FROM patience p
LEFT JOIN heard h ON h.kind = p.kind;
