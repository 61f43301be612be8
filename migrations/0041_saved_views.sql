-- Filters of the list of payments that an operator keeps under a name.
CREATE TABLE saved_views (
    project_id TEXT NOT NULL REFERENCES projects (id),
    operator_id TEXT NOT NULL REFERENCES operators (id),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, operator_id, name)
);
