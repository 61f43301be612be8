-- The second factor's last accepted time step, so that no code is taken twice.
ALTER TABLE operators ADD COLUMN totp_step BIGINT;

-- The audit log's filters.
CREATE INDEX audit_log_by_actor ON audit_log (actor, at, row_no);
CREATE INDEX audit_log_by_action ON audit_log (action, at, row_no);
