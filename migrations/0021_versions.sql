-- Counts the changes of what people edit in forms: a form sends the version it showed, and what was changed since is not
-- overwritten unseen. A project has three forms' worth of them: its own settings, what stores are told, what is NHN's.
ALTER TABLE projects ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE projects ADD COLUMN policy_version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE projects ADD COLUMN nhn_version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE apps ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE products ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE memberships ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE operators ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
