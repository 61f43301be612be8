-- What the last test of an app's connection to its store found.
CREATE TABLE app_health (
    app_seq BIGINT PRIMARY KEY REFERENCES apps (app_seq),
    project_id TEXT NOT NULL,
    checked_at BIGINT NOT NULL,
    status TEXT NOT NULL,
    findings TEXT NOT NULL
);
CREATE INDEX app_health_by_project ON app_health (project_id, app_seq);

-- Proofs that were handed in while their store could not be reached; the server verifies them again until it can.
-- `id` is a hash over who presented what, so that the same proof waits once.
CREATE TABLE waiting_proofs (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL,
    app_seq BIGINT NOT NULL,
    -- The reservation it was presented for; none for a purchase without one.
    payment_seq TEXT,
    user_channel TEXT NOT NULL,
    user_key TEXT NOT NULL,
    proof TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    lease TEXT,
    last_error TEXT
);
CREATE INDEX waiting_proofs_due ON waiting_proofs (due_at);
CREATE INDEX waiting_proofs_by_project ON waiting_proofs (project_id);
