-- The reservations a new purchase may settle: asked for each purchase, so never by way of all payments of a time.
CREATE INDEX payments_to_settle ON payments (project_id, user_key, product_seq, created_at, payment_seq)
    WHERE status IN ('RESERVED', 'PENDING', 'FAILURE', 'USER_CLOSE');
-- The purchases of a store account nobody is known for: asked for each purchase, too.
CREATE INDEX payments_of_account_without_user ON payments (app_seq, store_account) WHERE user_key = '';
ALTER TABLE subscriptions RENAME COLUMN purchase_signed_at TO purchase_as_of;
ALTER TABLE subscriptions RENAME COLUMN renewal_signed_at TO renewal_as_of;
