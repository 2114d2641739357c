-- what: what the newest switch plan does, reckoned for the hour after it: JSON, key to figure, of the whole district:
--       desks moved, recovery_minutes, desk_minutes_lost, falls, without and with the plan, and servers: each one's load
--       now, then, and its peak without and with; "" before the first
-- grain: one row
SELECT coalesce(max(facts), '') AS facts, max(made_at) AS made_at, wall_age_s($as_of, max(made_at), $speed) AS age_s
FROM known.advice_set($as_of)
WHERE plan = 'switch'
