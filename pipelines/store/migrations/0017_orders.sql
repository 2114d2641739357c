-- what: the server that an order names, and the two sites of a loan of staff
-- grain: columns of an order; NULL where it is of another kind
ALTER TABLE site_order ADD COLUMN server_id VARCHAR;
ALTER TABLE site_order ADD COLUMN lend_from VARCHAR;
ALTER TABLE site_order ADD COLUMN lend_to VARCHAR;
ALTER TABLE site_order_now ADD COLUMN server_id VARCHAR;
ALTER TABLE site_order_now ADD COLUMN lend_from VARCHAR;
ALTER TABLE site_order_now ADD COLUMN lend_to VARCHAR;
