-- Links by which approved lines are activated. `id` is the random name in the
-- link, `device` the keyed hash of the secret of the device that opened it,
-- `caller` who had it made, `decision` the decision that used it. Times are
-- those of `code_clock`.
CREATE TABLE activation_links (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account    TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    caller     TEXT    NOT NULL,
    state      TEXT    NOT NULL,
    device     BLOB    CHECK (length(device) = 32),
    opened_ms  INTEGER,
    expires_ms INTEGER NOT NULL,
    decision   TEXT,
    version    INTEGER NOT NULL CHECK (version > 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX activation_links_by_account ON activation_links (account);

-- The phone of an account, as a keyed hash: codes for the account go to it, and
-- to no other.
CREATE TABLE account_phones (
    account TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    phone   BLOB NOT NULL CHECK (length(phone) = 32)
) STRICT, WITHOUT ROWID;

-- The devices on which somebody has activated a line, as keyed hashes.
CREATE TABLE account_devices (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    device  BLOB NOT NULL CHECK (length(device) = 32),
    PRIMARY KEY (account, device)
) STRICT, WITHOUT ROWID;
