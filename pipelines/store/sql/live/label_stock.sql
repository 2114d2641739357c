-- what: how each site's labels stand, from the hot table
-- grain: site
CREATE OR REPLACE MACRO live.label_stock(as_of) AS TABLE
SELECT
    site_id, rolls, labels_printed, labels_cut, labels_issued, labels_used, labels_void, labels_returned, tube_parts,
    bag_parts, kept_parts
FROM label_stock_now;
