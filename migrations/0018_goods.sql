-- Goods are given once: not again for what another server gave, not for what a correction by hand stood for, not from a
-- store that sells for free.

-- Purchases made earlier are not consumable here; the app's creation when NULL.
ALTER TABLE apps ADD COLUMN in_charge_since BIGINT;
-- Staff know that the app, which sells for free, stands beside LIVE apps (or is LIVE beside such an app).
ALTER TABLE apps ADD COLUMN beside_live BOOLEAN NOT NULL DEFAULT FALSE;
-- NHN's lists show this app's payments that are not LIVE.
ALTER TABLE apps ADD COLUMN nhn_test_payments BOOLEAN NOT NULL DEFAULT FALSE;

-- When staff made a purchase from before `in_charge_since` consumable.
ALTER TABLE payments ADD COLUMN released_at BIGINT;
-- When staff corrected the payment by a number the store did not confirm. NULL again once the store's transaction is known.
ALTER TABLE payments ADD COLUMN hand_corrected_at BIGINT;
CREATE INDEX payments_hand_corrected ON payments (app_seq, user_key) WHERE hand_corrected_at IS NOT NULL;

-- Other numbers of a payment's purchase, such as the order id of the e-mailed receipt.
CREATE TABLE payment_ids (
    app_seq BIGINT NOT NULL,
    other_id TEXT NOT NULL,
    payment_seq TEXT NOT NULL,
    project_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (app_seq, other_id, payment_seq)
);
CREATE INDEX payment_ids_by_payment ON payment_ids (payment_seq);

-- Store orders that were consumed at another server before this one was in charge.
CREATE TABLE imported_orders (
    app_seq BIGINT NOT NULL,
    order_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    user_key TEXT,
    consumed_at BIGINT,
    imported_at BIGINT NOT NULL,
    PRIMARY KEY (app_seq, order_id)
);

-- What gives goods: paid, bought by the player, not replaced by another plan.
DROP INDEX payments_unconsumed;
CREATE INDEX payments_unconsumed ON payments (project_id, user_key, payment_seq)
    WHERE status = 'SUCCESS' AND consumed_at IS NULL AND product_type <> 'AUTO_SUBSCRIPTION'
      AND ownership = 'PURCHASED' AND superseded_at IS NULL;
