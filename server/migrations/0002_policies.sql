-- The highest version of each pack that this service has decided with, so that
-- an older one, however well signed, is not put in its place. `hash` is that
-- of the server bundle, `seen_at` the moment of the first start with it.
CREATE TABLE policies (
    pack    TEXT    NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version > 0),
    hash    TEXT    NOT NULL,
    seen_at TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
