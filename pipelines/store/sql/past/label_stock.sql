-- what: how each site's labels stand, from the history up to as_of
-- grain: site
CREATE OR REPLACE MACRO past.label_stock(as_of) AS TABLE
SELECT
    site_id, rolls, labels_printed, labels_cut, labels_issued, labels_used, labels_void, labels_returned, tube_parts,
    bag_parts, kept_parts
FROM label_stock
SEMI JOIN (SELECT site_id, max(tick) AS tick FROM label_stock WHERE stored_at <= as_of GROUP BY site_id) AS newest USING (site_id, tick)
WHERE is_told;
