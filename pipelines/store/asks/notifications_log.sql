-- what: the latest 200 messages to the channels, newest first: what was told, how it ended, how many tries in a row had
--       failed by then, and by how many seconds our clock is ahead of the receiver's
-- grain: try of one message
SELECT
    notification_id, channel, kind, sent_at, wall_at, covered_at, alerts, text, outcome, reason, failures, took_ms,
    clock_skew_s
FROM notification
WHERE stored_at <= $as_of
ORDER BY tick DESC, wall_at DESC, notification_id
LIMIT 200
