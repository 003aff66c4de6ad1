-- +goose Up
CREATE TABLE installations (
  subdomain TEXT NOT NULL,
  installation_id BIGINT NOT NULL,
  app_id BIGINT NOT NULL,
  public_key TEXT NOT NULL,
  origin TEXT NOT NULL,
  PRIMARY KEY (subdomain, installation_id)
);

CREATE TABLE launches (
  token_hash TEXT NOT NULL PRIMARY KEY,
  first_used BIGINT NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX launches_expires ON launches (expires);

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  secret_hash TEXT NOT NULL,
  subdomain TEXT NOT NULL,
  installation_id BIGINT NOT NULL,
  user_id TEXT NOT NULL,
  started BIGINT NOT NULL,
  last_seen BIGINT NOT NULL,
  FOREIGN KEY (subdomain, installation_id) REFERENCES installations (subdomain, installation_id) ON DELETE CASCADE
);
CREATE INDEX sessions_started ON sessions (started);
CREATE INDEX sessions_installation ON sessions (subdomain, installation_id);

CREATE TABLE attempts (
  id TEXT NOT NULL PRIMARY KEY,
  subdomain TEXT NOT NULL,
  user_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  verifier TEXT NOT NULL,
  nonce TEXT NOT NULL,
  stage TEXT NOT NULL,
  outcome TEXT NOT NULL,
  began BIGINT NOT NULL,
  granted BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  code_hash TEXT NOT NULL,
  delegation_id TEXT NOT NULL,
  grant_blob TEXT NOT NULL
);
CREATE INDEX attempts_agent ON attempts (subdomain, user_id);
CREATE INDEX attempts_expires ON attempts (expires);

CREATE TABLE connections (
  subdomain TEXT NOT NULL,
  user_id TEXT NOT NULL,
  pagerduty_user TEXT NOT NULL,
  pagerduty_account_id TEXT NOT NULL,
  pagerduty_account TEXT NOT NULL,
  delegation_id TEXT NOT NULL,
  api_base TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  scopes TEXT NOT NULL,
  access_token TEXT NOT NULL,
  refresh_token TEXT NOT NULL,
  expires BIGINT NOT NULL,
  refresh_after BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  lapsed BIGINT NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  saved_by TEXT NOT NULL,
  PRIMARY KEY (subdomain, user_id)
);
CREATE INDEX connections_delegation ON connections (delegation_id);

-- +goose Down
DROP TABLE connections;
DROP TABLE attempts;
DROP TABLE sessions;
DROP TABLE launches;
DROP TABLE installations;
