-- what: the tubes that closed short, by reason, from the hot table
-- grain: site × reason
CREATE OR REPLACE MACRO live.short_tube(as_of) AS TABLE
SELECT site_id, short_reason, tubes
FROM short_tube_now;
