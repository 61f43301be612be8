-- What the simulated stores sold; the simulator's books, not ours.
CREATE TABLE simulator_purchases (
    order_id TEXT PRIMARY KEY,
    store TEXT NOT NULL,
    store_app_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    player TEXT NOT NULL,
    account_token TEXT,
    quantity BIGINT NOT NULL,
    price_micros BIGINT,
    currency TEXT,
    purchased_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX simulator_purchases_by_time ON simulator_purchases (purchased_at, order_id);
