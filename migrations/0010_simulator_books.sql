-- The simulated App Store's books: each of its two worlds, a customer's purchases in the order they changed, the
-- subscriptions with what happens to them next, and the notices that are on their way.
ALTER TABLE simulator_purchases ADD COLUMN world TEXT NOT NULL DEFAULT 'Sandbox';
ALTER TABLE simulator_purchases ADD COLUMN customer_id TEXT NOT NULL DEFAULT '';
ALTER TABLE simulator_purchases ADD COLUMN chain_id TEXT NOT NULL DEFAULT '';
-- The receipt's number, which the customer sees.
ALTER TABLE simulator_purchases ADD COLUMN receipt_id TEXT NOT NULL DEFAULT '';
-- Counts up with every change among a customer's purchases.
ALTER TABLE simulator_purchases ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;
-- What only its store knows of it, as JSON.
ALTER TABLE simulator_purchases ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
UPDATE simulator_purchases SET chain_id = order_id, customer_id = '70' || substr(order_id, 3), receipt_id = 'S' || order_id;
CREATE INDEX simulator_purchases_by_customer ON simulator_purchases (customer_id, changed, order_id);
CREATE INDEX simulator_purchases_by_receipt ON simulator_purchases (receipt_id);

CREATE TABLE simulator_subscriptions (
    chain_id TEXT PRIMARY KEY,
    world TEXT NOT NULL,
    store_app_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    player TEXT NOT NULL,
    group_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    -- When the simulated clock does something to it; none when it is over.
    next_at BIGINT,
    version BIGINT NOT NULL,
    -- How it goes on, as JSON.
    course TEXT NOT NULL,
    started_at BIGINT NOT NULL
);
CREATE INDEX simulator_subscriptions_due ON simulator_subscriptions (next_at, chain_id);
CREATE INDEX simulator_subscriptions_by_customer ON simulator_subscriptions (customer_id, group_id);
CREATE INDEX simulator_subscriptions_by_product ON simulator_subscriptions (store_app_id, product_id);
CREATE INDEX simulator_subscriptions_by_time ON simulator_subscriptions (started_at, chain_id);

CREATE TABLE simulator_notices (
    notice_id TEXT PRIMARY KEY,
    world TEXT NOT NULL,
    store_app_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subtype TEXT,
    -- What it says before it is signed, as JSON.
    payload TEXT NOT NULL,
    -- By the simulated clock, and by the real one.
    signed_at BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    -- When it is sent next, by the simulated clock; none when it was delivered or given up.
    due_at BIGINT,
    -- Until when a sender has it in hand, by the real clock.
    leased_until BIGINT NOT NULL,
    -- How each sending went, as JSON.
    attempts TEXT NOT NULL,
    -- Delivered in the end.
    is_delivered BOOLEAN NOT NULL
);
CREATE INDEX simulator_notices_due ON simulator_notices (due_at, notice_id);
CREATE INDEX simulator_notices_by_app ON simulator_notices (store_app_id, made_at, notice_id);
CREATE INDEX simulator_notices_by_time ON simulator_notices (made_at, notice_id);
