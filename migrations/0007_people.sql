-- Codes for who has lost their second factor: kept as hashes, each works once.
CREATE TABLE recovery_codes (
    operator_id TEXT NOT NULL REFERENCES operators (id),
    code_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (operator_id, code_hash)
);

-- The audit log's filter by what was changed.
CREATE INDEX audit_log_by_target ON audit_log (target, at, row_no);
