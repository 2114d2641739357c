-- what: the intake's ledger; times are microseconds since 1970 UTC; a person is a keyed pseudonym of 16 bytes
-- grain: tube = one registered group, tube_person = one person in it, tube_event = one step of a tube, append-only

CREATE TABLE ledger_of (campaign_id TEXT NOT NULL, round_id TEXT NOT NULL);

CREATE TABLE tube (
  tube_no INTEGER PRIMARY KEY,
  barcode TEXT NOT NULL UNIQUE,
  round_id TEXT NOT NULL,
  site_id TEXT NOT NULL,
  lab_id TEXT NOT NULL,
  server_id TEXT NOT NULL,
  lane_no INTEGER NOT NULL CHECK (lane_no >= 1),
  persons INTEGER NOT NULL CHECK (persons BETWEEN 1 AND 10),
  short_reason TEXT,
  device_id TEXT NOT NULL,
  device_sequence INTEGER NOT NULL,
  body_digest BLOB NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  state TEXT NOT NULL,
  CHECK ((persons = 10) = (short_reason IS NULL)),
  CHECK (opened_at <= closed_at),
  UNIQUE (device_id, device_sequence)
);

CREATE TABLE tube_person (
  tube_no INTEGER NOT NULL REFERENCES tube (tube_no),
  seat INTEGER NOT NULL CHECK (seat BETWEEN 1 AND 10),
  round_id TEXT NOT NULL,
  token BLOB NOT NULL CHECK (length(token) = 16),
  PRIMARY KEY (tube_no, seat)
) WITHOUT ROWID;

CREATE TABLE tube_event (
  sequence INTEGER PRIMARY KEY,
  barcode TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('registered', 'sampled', 'dispatched', 'received', 'resulted')),
  site_id TEXT NOT NULL,
  lab_id TEXT NOT NULL,
  server_id TEXT NOT NULL,
  lane_no INTEGER NOT NULL,
  persons INTEGER NOT NULL,
  short_reason TEXT,
  happened_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL
);

CREATE UNIQUE INDEX person_once_per_round ON tube_person (token, round_id);

CREATE UNIQUE INDEX step_once_per_tube ON tube_event (barcode, kind);

CREATE TRIGGER tube_event_is_append_only_update BEFORE UPDATE ON tube_event
BEGIN SELECT RAISE(ABORT, 'tube_event is append-only'); END;

CREATE TRIGGER tube_event_is_append_only_delete BEFORE DELETE ON tube_event
BEGIN SELECT RAISE(ABORT, 'tube_event is append-only'); END;
