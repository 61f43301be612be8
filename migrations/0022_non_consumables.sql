-- What is bought once and kept, NON_CONSUMABLE, gives no goods to consume; it is owned.
DROP INDEX payments_unconsumed;
CREATE INDEX payments_unconsumed ON payments (project_id, user_key, payment_seq)
    WHERE status = 'SUCCESS' AND consumed_at IS NULL AND product_type IN ('CONSUMABLE', 'CONSUMABLE_AUTO_SUBSCRIPTION')
      AND ownership = 'PURCHASED' AND superseded_at IS NULL;
-- A user's owned payments, newest first.
CREATE INDEX payments_owned ON payments (project_id, user_key, created_at, payment_seq)
    WHERE status = 'SUCCESS' AND product_type = 'NON_CONSUMABLE';
