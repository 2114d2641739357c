-- what: what people did, as pulled from the ledger of acts; facts is JSON text, hash is the ledger's own
-- grain: act; target is what it is about: an order's act_id for its delivery, else an alert, a recommendation
CREATE TABLE act (
    sequence BIGINT, act_id VARCHAR, kind VARCHAR, actor VARCHAR, role VARCHAR, scope_level VARCHAR, scope_id VARCHAR,
    target VARCHAR, facts VARCHAR, reason VARCHAR, happened_at TIMESTAMPTZ, recorded_at TIMESTAMPTZ, hash VARCHAR,
    tick BIGINT, stored_at TIMESTAMPTZ
);
