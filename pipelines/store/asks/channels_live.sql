-- what: how each channel does: up to when it has told of the alerts, when it last did, how the last try ended
-- grain: channel that ever spoke
SELECT
    channel, max(covered_at) FILTER (WHERE outcome = 'ok') AS covered_at,
    max(wall_at) FILTER (WHERE outcome = 'ok') AS last_good_at, arg_max(outcome, tick) AS last_outcome,
    arg_max(reason, tick) AS last_reason, arg_max(failures, tick) AS failures, arg_max(clock_skew_s, tick) AS clock_skew_s,
    arg_max(notification_id, tick) AS last_id
FROM notification
WHERE stored_at <= $as_of
GROUP BY channel
ORDER BY channel
