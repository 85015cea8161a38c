-- How far a notice is over each channel that it is sent over. The words are
-- those of the notice; here is nothing about anybody but whose it is. Moments
-- are in milliseconds since 1970. `due_ms` is when something is to be done
-- next: a try, or, of one that is on its way, to stop believing in it. Of what
-- is open of a person over a channel, one stands first, and the others wait.
CREATE TABLE deliveries (
    notice       TEXT    NOT NULL REFERENCES notices (id) ON DELETE CASCADE,
    channel      TEXT    NOT NULL,
    account      TEXT    NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    place        INTEGER NOT NULL,
    state        TEXT    NOT NULL
        CHECK (state IN ('queued', 'sending', 'failed', 'sent', 'given-up')),
    attempts     INTEGER NOT NULL CHECK (attempts >= 0),
    queued_ms    INTEGER NOT NULL,
    due_ms       INTEGER NOT NULL,
    ending       TEXT,
    stands_first INTEGER NOT NULL CHECK (stands_first IN (0, 1)),
    PRIMARY KEY (notice, channel)
) STRICT, WITHOUT ROWID;

-- What is to be done next, however much waits behind it.
CREATE INDEX deliveries_due ON deliveries (channel, due_ms) WHERE stands_first = 1;
-- What comes next of a person.
CREATE INDEX deliveries_order ON deliveries (channel, account, place)
    WHERE state IN ('queued', 'sending', 'failed');
-- What erasing a person takes along.
CREATE INDEX deliveries_of ON deliveries (account);
-- What an operator is told, without going through all that was ever sent.
CREATE INDEX deliveries_over ON deliveries (channel, queued_ms) WHERE state = 'given-up';
