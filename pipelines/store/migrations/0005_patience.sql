-- what: how old a source's words may be before they no longer stand for now
-- grain: kind of source
CREATE TABLE patience (kind VARCHAR, row_s DOUBLE, feed_s DOUBLE, is_configured BOOLEAN);
ALTER TABLE setting DROP COLUMN network_stale_after_s;
ALTER TABLE setting DROP COLUMN server_stale_after_s;
