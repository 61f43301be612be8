-- Payments by what an offer made of their price: free trials, promotion codes, rewarded products.
CREATE INDEX payments_by_discount ON payments (project_id, offer_discount, created_at, payment_seq) WHERE offer_discount IS NOT NULL;
