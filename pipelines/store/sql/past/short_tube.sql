-- what: the tubes that closed short, by reason, from the history up to as_of
-- grain: site × reason
CREATE OR REPLACE MACRO past.short_tube(as_of) AS TABLE
SELECT site_id, short_reason, tubes
FROM short_tube
SEMI JOIN (SELECT site_id, short_reason, max(tick) AS tick FROM short_tube WHERE stored_at <= as_of GROUP BY site_id, short_reason) AS newest USING (site_id, short_reason, tick)
WHERE is_told;
