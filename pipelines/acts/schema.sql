-- what: the ledger of human acts; hash = SHA-256 over all other columns, prev_hash = the hash of the row before
-- grain: one act; happened_us and recorded_us are microseconds since 1970 UTC (campaign time, wall time)

CREATE TABLE act (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  act_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  by TEXT NOT NULL,
  role TEXT,
  scope_level TEXT NOT NULL,
  scope_id TEXT,
  target TEXT NOT NULL,
  facts TEXT NOT NULL,
  reason TEXT NOT NULL,
  address TEXT NOT NULL,
  happened_us INTEGER NOT NULL,
  recorded_us INTEGER NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER act_is_append_only_update BEFORE UPDATE ON act
BEGIN SELECT RAISE(ABORT, 'act is append-only'); END;

CREATE TRIGGER act_is_append_only_delete BEFORE DELETE ON act
BEGIN SELECT RAISE(ABORT, 'act is append-only'); END;

CREATE TRIGGER act_is_append_only_replace BEFORE INSERT ON act
WHEN EXISTS (SELECT 1 FROM act WHERE sequence = NEW.sequence OR act_id = NEW.act_id)
BEGIN SELECT RAISE(ABORT, 'act is append-only'); END;
