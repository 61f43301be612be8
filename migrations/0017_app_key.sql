-- Random, of each payment's own, mixed into its access token. Payments made before have none, and their tokens stay good.
ALTER TABLE payments ADD COLUMN access_salt BIGINT;
-- Whether an app that consumes by itself must send a signed user token.
ALTER TABLE projects ADD COLUMN user_token_required BOOLEAN NOT NULL DEFAULT FALSE;
-- Whether NHN's server API is answered, and from which addresses (separated by spaces; empty means all).
ALTER TABLE projects ADD COLUMN nhn_compatible BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE projects ADD COLUMN nhn_addresses TEXT NOT NULL DEFAULT '';
-- Who switched the calls without any key on has taken the greater risk already.
UPDATE projects SET nhn_compatible = nhn_legacy;
