-- Subscriptions that go on under another of the store's ids (Google's linkedPurchaseToken, Apple's previousOriginalTransactionId),
-- whichever of the two became known first.
CREATE TABLE moved_chains (
    app_seq BIGINT NOT NULL,
    chain_id TEXT NOT NULL,
    project_id TEXT NOT NULL REFERENCES projects (id),
    next_chain_id TEXT NOT NULL,
    moved_at BIGINT NOT NULL,
    PRIMARY KEY (app_seq, chain_id)
);
