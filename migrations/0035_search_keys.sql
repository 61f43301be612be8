-- What ids are found by that were typed in another spelling or in part: the beginnings and ends of their normal forms, as numbers.
-- Filled in the background (src/jobs/index_search.rs), so that no purchase writes more; what is newer than a project's mark is looked
-- through instead.
CREATE TABLE search_keys (
    project_id TEXT NOT NULL,
    -- PH, PT: a payment's id from its head or the head of a group, from its tail; UH, UT: a user's key.
    part TEXT NOT NULL,
    -- The first 12 characters, and the next 12.
    key_start BIGINT NOT NULL,
    key_rest BIGINT NOT NULL,
    -- The payment's number; the user's key.
    ref TEXT NOT NULL,
    -- The user's channel; empty for payments.
    ref_channel TEXT NOT NULL
);
CREATE INDEX search_keys_by_key ON search_keys (project_id, part, key_start, key_rest);

-- How far a project's payments have keys.
CREATE TABLE search_marks (
    project_id TEXT PRIMARY KEY,
    -- The last payment that has, in the order they were made.
    created_at BIGINT NOT NULL,
    payment_seq TEXT NOT NULL,
    -- Until when payments made before and verified later have been looked for.
    verified_until BIGINT NOT NULL
);
