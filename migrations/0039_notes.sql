-- What staff write down about a player or a payment; rows are added and never changed.
CREATE TABLE notes (
    note_no BIGINT PRIMARY KEY,
    project_id TEXT NOT NULL,
    -- The payment it is about. NULL: it is about the player.
    payment_seq TEXT,
    -- The player it is about. NULL: it is about the payment, whoever's that is.
    user_channel TEXT,
    user_key TEXT,
    at BIGINT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX notes_of_payment ON notes (payment_seq, note_no) WHERE payment_seq IS NOT NULL;
CREATE INDEX notes_of_user ON notes (project_id, user_key, user_channel, note_no) WHERE user_key IS NOT NULL;
