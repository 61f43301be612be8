-- One row per proof, whoever presents it, and bounds that no caller fills for others. A row belongs to three groups, each with
-- a bound of its own: those of one user, of one caller (an app's network address, hashed; a game server's user), and of all
-- apps or all game servers of a project. Rows of before are in no group and count nowhere; they are worked off as an app's.
ALTER TABLE waiting_proofs ADD COLUMN is_server BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE waiting_proofs ADD COLUMN user_group TEXT NOT NULL DEFAULT '';
ALTER TABLE waiting_proofs ADD COLUMN caller_group TEXT NOT NULL DEFAULT '';
ALTER TABLE waiting_proofs ADD COLUMN project_group TEXT NOT NULL DEFAULT '';
CREATE INDEX waiting_proofs_by_user ON waiting_proofs (user_group, caller_group);
CREATE INDEX waiting_proofs_by_caller ON waiting_proofs (caller_group, user_group);
CREATE INDEX waiting_proofs_by_project_group ON waiting_proofs (project_group, caller_group);

-- How many proofs were ever handed in to wait. The row is held while one is kept, so that two at once do not pass a bound.
CREATE TABLE waiting_projects (
    project_id TEXT PRIMARY KEY,
    presented BIGINT NOT NULL
);
