-- what: when a scope's own report of an hour was first frozen: what stood then, its later versions keep
-- grain: one row; NULL before it is frozen
CREATE OR REPLACE MACRO report_frozen(as_of, level, id, said_hour) AS TABLE
SELECT min(frozen_at) AS frozen_at
FROM report_version
WHERE stored_at <= as_of AND scope_level = level AND scope_id = coalesce(id, '') AND hour_at = hour_of(said_hour);
