-- what: the newest state of everything and the tubes per five minutes, kept by MERGE in the tick that changes them
-- grain: one row a key; every row can be computed from the history, and this file computes the first ones so
CREATE TABLE edge_now (tick BIGINT, stored_at TIMESTAMPTZ);
INSERT INTO edge_now
SELECT coalesce(max(tick), 0), coalesce(max(stored_at), TIMESTAMPTZ '1970-01-01 00:00:00+00') FROM tick;

CREATE TABLE site_counts_now AS
SELECT s.* FROM site_counts s
SEMI JOIN (SELECT site_id, max(tick) AS tick FROM site_counts GROUP BY site_id) l USING (site_id, tick);

CREATE TABLE site_queue_now AS
SELECT s.* FROM site_queue s
SEMI JOIN (SELECT site_id, max(tick) AS tick FROM site_queue GROUP BY site_id) l USING (site_id, tick);

CREATE TABLE desk_server_now AS
SELECT s.* FROM desk_server s
SEMI JOIN (SELECT site_id, max(tick) AS tick FROM site_queue GROUP BY site_id) l USING (site_id, tick);

CREATE TABLE roster_now AS
SELECT s.* FROM roster s
SEMI JOIN (SELECT site_id, role, max(tick) AS tick FROM roster GROUP BY site_id, role) l USING (site_id, role, tick);

CREATE TABLE network_now AS
SELECT s.* FROM network_sample s
SEMI JOIN (SELECT site_id, network, max(tick) AS tick FROM network_sample GROUP BY site_id, network) l
USING (site_id, network, tick);

CREATE TABLE lab_now AS
SELECT s.* FROM lab_counts s
SEMI JOIN (SELECT lab_id, max(tick) AS tick FROM lab_counts GROUP BY lab_id) l USING (lab_id, tick);

CREATE TABLE server_now AS
SELECT
    server_id,
    arg_max(observed_at, tick) AS observed_at, arg_max(is_up, tick) AS is_up,
    arg_max_null(logins, tick) AS logins,
    arg_max(requests, tick) AS requests, arg_max(errors, tick) AS errors,
    arg_max(persons_registered, tick) AS persons_registered,
    arg_max_null(connect_ms, tick) AS connect_ms, arg_max_null(first_byte_ms, tick) AS first_byte_ms,
    arg_max_null(transfer_ms, tick) AS transfer_ms,
    arg_max_null(outcome, tick) AS outcome, arg_max_null(reason, tick) AS reason,
    (SELECT min(d.observed_at) FROM server_sample d
     WHERE d.server_id = s.server_id AND NOT d.is_up
       AND d.tick > coalesce((SELECT max(u.tick) FROM server_sample u WHERE u.server_id = s.server_id AND u.is_up), 0)
    ) AS down_since,
    max(tick) AS tick, max(stored_at) AS stored_at
FROM server_sample s
GROUP BY server_id;

CREATE TABLE source_now AS
SELECT
    source_id, any_value(kind) AS kind, any_value(site_id) AS site_id, any_value(server_id) AS server_id,
    max(pulled_at) FILTER (WHERE outcome = 'ok') AS last_good_at,
    arg_max(outcome, tick) AS last_outcome, arg_max(reason, tick) AS last_reason,
    max(tick) AS tick, max(stored_at) AS stored_at
FROM source_pull
GROUP BY source_id;

CREATE TABLE tube_total_now AS
SELECT
    site_id, kind, count(*)::BIGINT AS tubes, sum(persons)::BIGINT AS persons, max(sequence)::BIGINT AS last_sequence
FROM tube_event
GROUP BY site_id, kind;

CREATE TABLE tube_bucket_now AS
SELECT
    time_bucket(INTERVAL 5 MINUTE, happened_at) AS bucket_at, site_id, kind,
    count(*)::BIGINT AS tubes, sum(persons)::BIGINT AS persons
FROM tube_event
GROUP BY ALL;
