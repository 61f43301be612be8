-- Whether a proof is only taken where the purchase carries the user's own account token (docs/rules.md, Owner of a purchase).
ALTER TABLE projects ADD COLUMN account_token_required BOOLEAN NOT NULL DEFAULT FALSE;
