-- What time does to a simulated sale by itself: Google Play gives the money back for what nobody acknowledges. And when a store
-- last recorded that it took a sale back, by the real clock, for its list of them.
ALTER TABLE simulator_purchases ADD COLUMN due_at BIGINT;
ALTER TABLE simulator_purchases ADD COLUMN voided_at BIGINT;
CREATE INDEX simulator_purchases_due ON simulator_purchases (due_at, order_id);
CREATE INDEX simulator_purchases_voided ON simulator_purchases (store_app_id, voided_at, order_id);
