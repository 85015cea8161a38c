-- Policies that were put in force, or beside the one in force, while a service
-- ran. The server bundle is in `bundles` under the hash. `since` is the end of
-- the log when the release got its role.
CREATE TABLE releases (
    pack       TEXT    NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    hash       TEXT    NOT NULL REFERENCES bundles (hash),
    public     BLOB    NOT NULL,
    role       TEXT    NOT NULL CHECK (role IN ('active', 'candidate', 'past')),
    changed_at TEXT    NOT NULL,
    since      INTEGER NOT NULL,
    PRIMARY KEY (pack, version)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX releases_role ON releases (pack, role) WHERE role <> 'past';

-- Facts whose source is held to be at fault: what it says does not count.
CREATE TABLE holds (
    fact    TEXT    NOT NULL PRIMARY KEY,
    placed  TEXT    NOT NULL,
    since   INTEGER NOT NULL,
    because TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- What was done to the service, which is little.
CREATE INDEX log_deeds ON log (sequence) WHERE kind = 'deed';
