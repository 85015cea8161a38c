-- The line of an account as it stands; how it came to, the log says. Amounts
-- are in fen, days count from 1970-01-01. `version` counts the changes: one is
-- kept only on the state that it was made on. `decision` is the decision that
-- the line stands on, `review_day` when it is to be looked at again.
CREATE TABLE lines (
    account      TEXT    NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    state        TEXT    NOT NULL,
    back         TEXT    NOT NULL,
    held         TEXT    NOT NULL,
    amount       INTEGER NOT NULL CHECK (amount >= 0),
    lowered_from INTEGER NOT NULL CHECK (lowered_from >= 0),
    proposed     INTEGER NOT NULL CHECK (proposed >= 0),
    until_day    INTEGER,
    closes_day   INTEGER,
    opened_day   INTEGER,
    review_day   INTEGER,
    decision     TEXT,
    version      INTEGER NOT NULL CHECK (version > 0)
) STRICT, WITHOUT ROWID;

-- What time does by itself, and what is to be looked at again.
CREATE INDEX lines_due ON lines (min(
    coalesce(until_day, 1000000), coalesce(closes_day, 1000000), coalesce(review_day, 1000000)));

-- What a person is told. The words are sealed under the person's key; `topic`
-- is what happened. A notice is shown until it was seen.
CREATE TABLE notices (
    id         TEXT    NOT NULL PRIMARY KEY,
    account    TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    place      INTEGER NOT NULL,
    topic      TEXT    NOT NULL,
    created_at TEXT    NOT NULL,
    sealed     BLOB    NOT NULL,
    seen_at    TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX notices_by_account ON notices (account, place);
