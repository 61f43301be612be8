-- Subscriptions, the stores' own words they are derived from, the inbox of store notices, and background jobs.

INSERT INTO counters (name, value) VALUES ('subscription', 10000000);

ALTER TABLE payments ADD COLUMN source TEXT NOT NULL DEFAULT 'RESERVATION';
ALTER TABLE payments ADD COLUMN offer_type TEXT;
ALTER TABLE payments ADD COLUMN offer_id TEXT;
ALTER TABLE payments ADD COLUMN offer_discount TEXT;
ALTER TABLE payments ADD COLUMN ownership TEXT NOT NULL DEFAULT 'PURCHASED';
-- The store's own id of the account that paid, where it says one; leads from a purchase without a user to its neighbours.
ALTER TABLE payments ADD COLUMN store_account TEXT;
-- What led to the user; a weak lead gives way to a strong one.
ALTER TABLE payments ADD COLUMN attribution TEXT NOT NULL DEFAULT 'PRESENTER';
-- When another plan took the place of this paid period.
ALTER TABLE payments ADD COLUMN superseded_at BIGINT;
-- STORE, OPERATOR…: only what the store took back can the store give back.
ALTER TABLE payments ADD COLUMN refunded_by TEXT;
UPDATE payments SET source = 'VERIFY'
    WHERE NOT EXISTS (SELECT 1 FROM payment_events e WHERE e.payment_seq = payments.payment_seq AND e.kind = 'RESERVE');

CREATE INDEX payments_without_user ON payments (project_id, created_at, payment_seq) WHERE user_key = '';
CREATE INDEX payments_by_offer ON payments (project_id, offer_type, created_at, payment_seq) WHERE offer_type IS NOT NULL;
CREATE INDEX payments_by_store_account ON payments (app_seq, store_account) WHERE store_account IS NOT NULL;

-- One row per store chain. `state` is what it was at `updated_at`; `state_due_at` is when time alone will change it.
CREATE TABLE subscriptions (
    subscription_id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL,
    app_seq BIGINT NOT NULL,
    store TEXT NOT NULL,
    store_app_id TEXT NOT NULL,
    environment TEXT NOT NULL,
    chain_id TEXT NOT NULL,
    group_id TEXT,
    product_seq BIGINT NOT NULL,
    store_product_id TEXT NOT NULL,
    product_name TEXT NOT NULL,
    product_type TEXT NOT NULL,
    next_product_id TEXT,
    user_channel TEXT NOT NULL,
    user_key TEXT NOT NULL,
    attribution TEXT NOT NULL,
    state TEXT NOT NULL,
    state_due_at BIGINT,
    order_id TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    period_start BIGINT NOT NULL,
    period_end BIGINT NOT NULL,
    grace_end BIGINT,
    auto_renew BOOLEAN NOT NULL,
    in_retry BOOLEAN NOT NULL,
    is_paused BOOLEAN NOT NULL,
    next_price_micros BIGINT,
    next_currency TEXT,
    expiration_reason TEXT,
    price_consent TEXT,
    offer_type TEXT,
    offer_id TEXT,
    offer_discount TEXT,
    ownership TEXT NOT NULL,
    revoked_at BIGINT,
    -- How new the store's words are that the row was derived from.
    purchase_signed_at BIGINT NOT NULL,
    renewal_signed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (app_seq, chain_id)
);
CREATE INDEX subscriptions_by_start ON subscriptions (project_id, started_at, subscription_id);
CREATE INDEX subscriptions_by_state ON subscriptions (project_id, state, started_at, subscription_id);
CREATE INDEX subscriptions_by_user ON subscriptions (project_id, user_key, started_at, subscription_id);
CREATE INDEX subscriptions_by_product ON subscriptions (project_id, store_product_id, started_at, subscription_id);
CREATE INDEX subscriptions_due ON subscriptions (state_due_at) WHERE state_due_at IS NOT NULL;

-- The newest signed word of a store on one purchase (its order id) or on the renewal of one chain (its id). What is
-- signed later wins, and of two signed at once the greater weight, so that the order of arrival never matters.
CREATE TABLE store_facts (
    app_seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    fact_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    chain_id TEXT NOT NULL,
    happened_at BIGINT NOT NULL,
    signed_at BIGINT NOT NULL,
    weight TEXT NOT NULL,
    fact TEXT NOT NULL,
    PRIMARY KEY (app_seq, kind, fact_id)
);
CREATE INDEX store_facts_by_chain ON store_facts (app_seq, chain_id, kind, happened_at);
CREATE INDEX store_facts_by_signing ON store_facts (app_seq, signed_at);

-- What stores told us, raw, once per app; applied by a worker.
CREATE TABLE store_notifications (
    notice_no BIGINT PRIMARY KEY,
    project_id TEXT NOT NULL,
    app_seq BIGINT NOT NULL,
    store TEXT NOT NULL,
    environment TEXT NOT NULL,
    dedupe_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    subtype TEXT,
    order_id TEXT,
    chain_id TEXT,
    source TEXT NOT NULL,
    status TEXT NOT NULL,
    effect TEXT,
    reason TEXT,
    payload TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    applied_at BIGINT,
    attempts BIGINT NOT NULL,
    due_at BIGINT,
    leased_until BIGINT NOT NULL,
    lease TEXT,
    UNIQUE (app_seq, dedupe_key)
);
CREATE INDEX store_notifications_by_time ON store_notifications (project_id, received_at, notice_no);
CREATE INDEX store_notifications_by_status ON store_notifications (project_id, status, received_at, notice_no);
CREATE INDEX store_notifications_by_kind ON store_notifications (project_id, kind, received_at, notice_no);
CREATE INDEX store_notifications_by_chain ON store_notifications (app_seq, chain_id, received_at) WHERE chain_id IS NOT NULL;
CREATE INDEX store_notifications_by_order ON store_notifications (app_seq, order_id) WHERE order_id IS NOT NULL;
CREATE INDEX store_notifications_due ON store_notifications (due_at) WHERE due_at IS NOT NULL;

-- Work that is done by whichever process takes its lease. A job that repeats has its next time in `due_at`.
CREATE TABLE jobs (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    project_id TEXT NOT NULL,
    data TEXT NOT NULL,
    due_at BIGINT,
    leased_until BIGINT NOT NULL,
    lease TEXT,
    attempts BIGINT NOT NULL,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX jobs_due ON jobs (due_at) WHERE due_at IS NOT NULL;

-- Whether requests of the App Store about a refund are answered, and since when players are known to have agreed.
ALTER TABLE projects ADD COLUMN consumption_policy TEXT NOT NULL DEFAULT 'OFF';
ALTER TABLE projects ADD COLUMN consumption_consent_at BIGINT;
ALTER TABLE projects ADD COLUMN consumption_consent_by TEXT;
