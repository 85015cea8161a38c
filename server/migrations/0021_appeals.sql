-- Appeals: somebody asks for a second look at a decision, or at what was done
-- to a line. What the person wrote and handed in is sealed under their key.
-- `about` is the decision's id, `step` the id of the row of the log that ended
-- the appeal. `place` is the row that began it: the order of the queue.
CREATE TABLE appeals (
    id         TEXT    NOT NULL PRIMARY KEY,
    account    TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    about      TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    created_at TEXT    NOT NULL,
    place      INTEGER NOT NULL,
    step       TEXT,
    statement  BLOB    NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0)
) STRICT, WITHOUT ROWID;

-- One appeal at a time about a decision.
CREATE UNIQUE INDEX appeals_open ON appeals (about) WHERE state IN ('open', 'waiting');
CREATE INDEX appeals_by_account ON appeals (account, place);
CREATE INDEX appeals_by_place ON appeals (place) WHERE state = 'open';

CREATE TABLE materials (
    id         TEXT    NOT NULL PRIMARY KEY,
    appeal     TEXT    NOT NULL REFERENCES appeals (id) ON DELETE CASCADE,
    media_type TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    sealed     BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX materials_by_appeal ON materials (appeal);
