-- +goose Up
CREATE TABLE links (
  subdomain TEXT NOT NULL,
  ticket BIGINT NOT NULL,
  account_id TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  linked BIGINT NOT NULL,
  user_id TEXT NOT NULL,
  PRIMARY KEY (subdomain, ticket, account_id, incident_id)
);
CREATE INDEX links_incident ON links (subdomain, account_id, incident_id);

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at BIGINT NOT NULL,
  subdomain TEXT NOT NULL,
  user_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  pagerduty_user TEXT NOT NULL,
  ticket BIGINT NOT NULL,
  incident_id TEXT NOT NULL,
  action TEXT NOT NULL,
  outcome TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);
-- One action at a time on an incident: a check and the write that it allows must
-- not be torn apart by another agent's.
CREATE UNIQUE INDEX audit_under_way ON audit (account_id, incident_id) WHERE outcome = 'begun' AND incident_id <> '';

-- +goose Down
DROP TABLE audit;
DROP TABLE links;
