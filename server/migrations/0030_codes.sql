-- One-time codes, as keyed hashes only: nobody, no phone and no code can be read
-- out of these tables. Times are milliseconds since 1970 that never go back.

-- The latest time that any service on this data has seen.
CREATE TABLE code_clock (
    only_one INTEGER NOT NULL PRIMARY KEY CHECK (only_one = 1),
    at_ms    INTEGER NOT NULL
) STRICT;

-- The last code of an account for a purpose (`holder`). Rows are made for
-- accounts that there are not, too. `delivery` is `sending`, `sent` or `failed`.
CREATE TABLE codes (
    holder     BLOB    NOT NULL PRIMARY KEY CHECK (length(holder) = 32),
    code       BLOB    NOT NULL CHECK (length(code) = 32),
    expires_ms INTEGER NOT NULL,
    delivery   TEXT    NOT NULL,
    is_used    INTEGER NOT NULL CHECK (is_used IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE INDEX codes_by_expiry ON codes (expires_ms);

-- What is counted: messages for a person, phone, device or address, tries of a
-- holder, tries of everybody. `what` says of whom. Deleted after a day.
CREATE TABLE code_marks (
    what  BLOB    NOT NULL CHECK (length(what) = 32),
    at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX code_marks_by_what ON code_marks (what, at_ms);
CREATE INDEX code_marks_by_time ON code_marks (at_ms);
