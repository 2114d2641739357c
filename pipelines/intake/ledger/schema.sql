-- what: the intake's ledger; times are microseconds since 1970 UTC; a person is a keyed pseudonym of 16 bytes
-- grain: tube = one label that was opened, tube_person = one person counted in it, tube_event = one step of a tube
-- tube.taken = a bit for each kind of event of the tube that is in the feed

CREATE TABLE ledger_of (campaign_id TEXT NOT NULL, round_id TEXT NOT NULL);

-- A town has one account, and the account one lab (Q29, Q33).
CREATE TABLE account (
  account_id TEXT PRIMARY KEY,
  town_code TEXT NOT NULL UNIQUE,
  lab_id TEXT NOT NULL,
  barcode_prefix TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE place (
  site_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES account (account_id),
  round_id TEXT NOT NULL
) WITHOUT ROWID;

-- Every request of a device and the answer that a repeat of it gets.
CREATE TABLE request (
  device_id TEXT NOT NULL,
  device_sequence INTEGER NOT NULL CHECK (device_sequence >= 1),
  body_digest BLOB NOT NULL,
  answer BLOB NOT NULL,
  PRIMARY KEY (device_id, device_sequence)
) WITHOUT ROWID;

CREATE TABLE tube (
  tube_no INTEGER PRIMARY KEY,
  barcode TEXT NOT NULL UNIQUE,
  round_id TEXT NOT NULL,
  site_id TEXT NOT NULL,
  lab_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  server_id TEXT NOT NULL,
  lane_no INTEGER NOT NULL CHECK (lane_no >= 1),
  persons INTEGER NOT NULL CHECK (persons BETWEEN 0 AND seats),
  seats INTEGER NOT NULL CHECK (seats BETWEEN 0 AND 10),
  short_reason TEXT CHECK ($short_reason_is_known),
  session_id TEXT,
  device_id TEXT NOT NULL,
  device_sequence INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER CHECK (closed_at >= opened_at),
  recorded_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK ($tube_state_is_known),
  changed_at INTEGER NOT NULL,
  taken INTEGER NOT NULL,
  box_id TEXT,
  is_offline INTEGER NOT NULL,
  rescans INTEGER NOT NULL,
  manual_entries INTEGER NOT NULL,
  is_verified INTEGER NOT NULL,
  CHECK (
    CASE
      WHEN state IN ($filling_states) THEN closed_at IS NULL AND short_reason IS NULL AND session_id IS NOT NULL
      WHEN closed_at IS NULL THEN state = 'voided'
      ELSE seats >= 1 AND (seats = 10) = (short_reason IS NULL)
    END
  )
);

CREATE INDEX half_filled ON tube (session_id) WHERE state IN ($filling_states);

-- A place is 16 * tube_no + seat: one number finds a person's tube and all persons of a tube.
CREATE TABLE tube_person (
  place INTEGER PRIMARY KEY CHECK (place & 15 BETWEEN 1 AND 10),
  token BLOB NOT NULL CHECK (length(token) = 16),
  tube_no INTEGER GENERATED ALWAYS AS (place >> 4) VIRTUAL,
  seat INTEGER GENERATED ALWAYS AS (place & 15) VIRTUAL
);

CREATE UNIQUE INDEX person_once_per_round ON tube_person (token);

-- The persons of a voided tube: they are sampled anew, so they may be bound again.
CREATE TABLE released_person (place INTEGER PRIMARY KEY, token BLOB NOT NULL CHECK (length(token) = 16));

CREATE TABLE tube_event (
  sequence INTEGER PRIMARY KEY,
  barcode TEXT NOT NULL,
  kind TEXT NOT NULL CHECK ($tube_event_kind_is_known),
  site_id TEXT NOT NULL,
  lab_id TEXT NOT NULL,
  server_id TEXT NOT NULL,
  lane_no INTEGER NOT NULL,
  persons INTEGER NOT NULL,
  short_reason TEXT,
  happened_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL
);

-- A session, an account, a sheet, a roll of labels, a box, an interruption: where it stands, and each of its steps.
CREATE TABLE thing (
  machine TEXT NOT NULL,
  thing_id TEXT NOT NULL,
  state TEXT NOT NULL,
  site_id TEXT,
  changed_at INTEGER NOT NULL,
  facts TEXT NOT NULL,
  PRIMARY KEY (machine, thing_id),
  CHECK (machine || ':' || state IN ($thing_states))
) WITHOUT ROWID;

CREATE TABLE thing_event (
  sequence INTEGER PRIMARY KEY,
  machine TEXT NOT NULL,
  thing_id TEXT NOT NULL,
  step TEXT NOT NULL,
  state TEXT NOT NULL,
  site_id TEXT,
  by TEXT NOT NULL,
  facts TEXT NOT NULL,
  happened_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  UNIQUE (machine, thing_id, step, happened_at),
  CHECK (machine || ':' || step || ':' || state IN ($thing_steps))
);

-- What an upload brought a second time: kept, not counted. Its numbers and those of the conflicts are one sequence.
CREATE TABLE late_duplicate (
  sequence INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ($exception_kinds)),
  barcode TEXT NOT NULL,
  other_barcode TEXT NOT NULL,
  seat INTEGER CHECK (seat BETWEEN 1 AND 10),
  token BLOB,
  site_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  CHECK ((kind = 'person_twice') = (seat IS NOT NULL) AND (seat IS NULL) = (token IS NULL))
);

CREATE INDEX duplicate_in_tube ON late_duplicate (barcode);

-- A refused request that contradicts the record; sent again and again it is one conflict.
CREATE TABLE conflict (
  sequence INTEGER PRIMARY KEY,
  rule TEXT NOT NULL,
  device_id TEXT NOT NULL,
  device_sequence INTEGER NOT NULL,
  barcode TEXT NOT NULL,
  recorded_at INTEGER NOT NULL,
  UNIQUE (rule, device_id, device_sequence, barcode)
);

CREATE TRIGGER tube_is_of_its_town BEFORE INSERT ON tube
WHEN NOT EXISTS (
  SELECT 1 FROM place JOIN account USING (account_id)
  WHERE place.site_id = NEW.site_id AND place.round_id = NEW.round_id AND account_id = NEW.account_id
    AND account.lab_id = NEW.lab_id AND substr(NEW.barcode, 1, length(barcode_prefix)) = barcode_prefix
)
BEGIN SELECT RAISE(ABORT, 'a tube has the round, account, lab and label of its town'); END;

CREATE TRIGGER tube_keeps_its_place BEFORE UPDATE OF
  tube_no, barcode, round_id, site_id, lab_id, account_id, lane_no, session_id, device_id, opened_at ON tube
BEGIN SELECT RAISE(ABORT, 'a tube keeps its label, place and session'); END;

CREATE TRIGGER tube_takes_a_step BEFORE UPDATE OF state ON tube
WHEN NOT ($tube_move_is_a_step)
BEGIN SELECT RAISE(ABORT, 'no step leads there'); END;

CREATE TRIGGER tube_forgets_no_step BEFORE UPDATE OF taken ON tube WHEN OLD.taken & ~NEW.taken
BEGIN SELECT RAISE(ABORT, 'a tube forgets no step'); END;

CREATE TRIGGER person_is_bound_while_open BEFORE UPDATE OF seats, persons ON tube
WHEN OLD.state NOT IN ($binding_states)
BEGIN SELECT RAISE(ABORT, 'a person is bound only while the tube is open'); END;

CREATE TRIGGER person_stays_in_the_tube BEFORE DELETE ON tube_person
WHEN NOT EXISTS (SELECT 1 FROM tube WHERE tube_no = OLD.place >> 4 AND state = 'voided')
BEGIN SELECT RAISE(ABORT, 'a person leaves only a voided tube'); END;

CREATE TRIGGER person_keeps_the_seat BEFORE UPDATE ON tube_person
BEGIN SELECT RAISE(ABORT, 'a person keeps the seat'); END;

CREATE TRIGGER thing_takes_a_step BEFORE UPDATE OF state ON thing
WHEN OLD.machine || ':' || OLD.state || '>' || NEW.state NOT IN ($thing_moves)
BEGIN SELECT RAISE(ABORT, 'no step leads there'); END;
