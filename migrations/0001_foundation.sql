-- One text for SQLite and PostgreSQL: TEXT, BIGINT, BOOLEAN; times are epoch milliseconds, JSON is text.

CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('app', 1000000), ('product', 1000000), ('payment', 10000000), ('row', 1);

-- Values the instance keeps for itself: the simulator's sealed keys and the like.
CREATE TABLE instance_values (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE operators (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    is_admin BOOLEAN NOT NULL,
    is_active BOOLEAN NOT NULL,
    totp_secret TEXT,
    created_at BIGINT NOT NULL,
    password_changed_at BIGINT NOT NULL,
    signed_in_at BIGINT
);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    operator_id TEXT,
    data TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_operator ON sessions (operator_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Failed sign-ins per account and per address, for the rate limit; every process sees them.
CREATE TABLE sign_in_failures (
    subject TEXT NOT NULL,
    row_no BIGINT NOT NULL,
    failed_at BIGINT NOT NULL,
    PRIMARY KEY (subject, row_no)
);
CREATE INDEX sign_in_failures_by_time ON sign_in_failures (failed_at);

-- One-time links: the first operator's set-up, an invitation, a password reset.
CREATE TABLE one_time_links (
    token_hash TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    operator_id TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    client_consume BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE memberships (
    project_id TEXT NOT NULL REFERENCES projects (id),
    operator_id TEXT NOT NULL REFERENCES operators (id),
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, operator_id)
);
CREATE INDEX memberships_by_operator ON memberships (operator_id);

CREATE TABLE app_keys (
    app_key TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX app_keys_by_project ON app_keys (project_id);

CREATE TABLE secret_keys (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX secret_keys_by_project ON secret_keys (project_id);

CREATE TABLE apps (
    app_seq BIGINT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    store TEXT NOT NULL,
    store_app_id TEXT NOT NULL,
    name TEXT NOT NULL,
    environment TEXT NOT NULL,
    status TEXT NOT NULL,
    accept_sandbox BOOLEAN NOT NULL,
    settings TEXT NOT NULL,
    credentials TEXT,
    trusted_roots TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (project_id, store, store_app_id)
);
CREATE INDEX apps_by_store_app ON apps (store, store_app_id);

CREATE TABLE products (
    product_seq BIGINT PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    app_seq BIGINT NOT NULL REFERENCES apps (app_seq),
    store_product_id TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    sku TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (app_seq, store_product_id)
);
CREATE INDEX products_by_project ON products (project_id, product_seq);

CREATE TABLE users (
    project_id TEXT NOT NULL,
    user_channel TEXT NOT NULL,
    user_key TEXT NOT NULL,
    account_token TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, user_channel, user_key)
);
CREATE UNIQUE INDEX users_by_account_token ON users (project_id, account_token);

-- A payment without a user has an empty user_key.
CREATE TABLE payments (
    payment_seq TEXT PRIMARY KEY,
    project_id TEXT NOT NULL,
    app_seq BIGINT NOT NULL,
    store TEXT NOT NULL,
    store_app_id TEXT NOT NULL,
    product_seq BIGINT NOT NULL,
    store_product_id TEXT NOT NULL,
    product_name TEXT NOT NULL,
    product_type TEXT NOT NULL,
    user_channel TEXT NOT NULL,
    user_key TEXT NOT NULL,
    status TEXT NOT NULL,
    finish TEXT NOT NULL,
    environment TEXT NOT NULL,
    store_order_id TEXT,
    original_order_id TEXT,
    purchase_token TEXT,
    quantity BIGINT NOT NULL,
    price_micros BIGINT,
    currency TEXT,
    payload TEXT,
    refusal TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    purchased_at BIGINT,
    verified_at BIGINT,
    expires_at BIGINT,
    refunded_at BIGINT,
    consumed_at BIGINT,
    consume_key TEXT
);
-- One store order grants once.
CREATE UNIQUE INDEX payments_by_order ON payments (app_seq, store_order_id);
CREATE INDEX payments_by_original_order ON payments (app_seq, original_order_id)
    WHERE original_order_id IS NOT NULL;
CREATE INDEX payments_by_purchase_token ON payments (app_seq, purchase_token)
    WHERE purchase_token IS NOT NULL;
CREATE INDEX payments_by_time ON payments (project_id, created_at, payment_seq);
CREATE INDEX payments_by_user ON payments (project_id, user_key, created_at, payment_seq);
CREATE INDEX payments_by_status ON payments (project_id, status, created_at, payment_seq);
CREATE INDEX payments_by_product ON payments (project_id, product_seq, created_at, payment_seq);
CREATE INDEX payments_unconsumed ON payments (project_id, user_key, payment_seq)
    WHERE status = 'SUCCESS' AND consumed_at IS NULL AND product_type <> 'AUTO_SUBSCRIPTION';

CREATE TABLE payment_events (
    payment_seq TEXT NOT NULL,
    row_no BIGINT NOT NULL,
    project_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    actor_name TEXT,
    kind TEXT NOT NULL,
    from_status TEXT,
    to_status TEXT NOT NULL,
    reason TEXT,
    evidence TEXT,
    PRIMARY KEY (payment_seq, row_no)
);

CREATE TABLE idempotency_keys (
    project_id TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    status BIGINT,
    body TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, idempotency_key)
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);

CREATE TABLE audit_log (
    row_no BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    project_id TEXT,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    before TEXT,
    after TEXT,
    address TEXT
);
CREATE INDEX audit_log_by_time ON audit_log (at, row_no);
CREATE INDEX audit_log_by_project ON audit_log (project_id, at, row_no);
