-- what: up to when the tubes' feed is known to have told all: when it was last pulled well, NULL before that
-- grain: one row
SELECT max(last_good_at) AS heard_at, count(*)::BIGINT AS sources FROM known.source($as_of) WHERE kind = 'tube_events'
