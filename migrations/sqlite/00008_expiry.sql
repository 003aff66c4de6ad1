-- +goose Up
ALTER TABLE links ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;
-- Who chose that it is to be resolved with the ticket: their save alone does it.
ALTER TABLE links ADD COLUMN on_solve_by TEXT NOT NULL DEFAULT '';
-- Until now nobody was written down, and nothing was checked.
UPDATE links SET on_solve = 0;
DELETE FROM links WHERE linked = 0 AND made = 0;
-- When a row last changed is not known: its 90 days begin now.
UPDATE links SET changed = CAST(strftime('%s', 'now') AS BIGINT) * 1000;

ALTER TABLE preferences ADD COLUMN used BIGINT NOT NULL DEFAULT 0;
UPDATE preferences SET used = CAST(strftime('%s', 'now') AS BIGINT) * 1000;

-- A job that one replica does at a time.
CREATE TABLE leases (
  name TEXT NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  ends BIGINT NOT NULL
);

-- What expires is found by these.
CREATE INDEX links_unlinked ON links (changed) WHERE linked = 0;
CREATE INDEX preferences_used ON preferences (used);
CREATE INDEX service_uses_used ON service_uses (used);
CREATE INDEX connections_expires ON connections (expires);
CREATE INDEX sessions_last_seen ON sessions (last_seen);
-- An agent's sessions, to end those that were used least recently.
CREATE INDEX sessions_agent ON sessions (subdomain, user_id, last_seen);

-- +goose Down
DROP INDEX sessions_agent;
DROP INDEX sessions_last_seen;
DROP INDEX connections_expires;
DROP INDEX service_uses_used;
DROP INDEX preferences_used;
DROP INDEX links_unlinked;
DROP TABLE leases;
ALTER TABLE preferences DROP COLUMN used;
ALTER TABLE links DROP COLUMN on_solve_by;
ALTER TABLE links DROP COLUMN changed;
