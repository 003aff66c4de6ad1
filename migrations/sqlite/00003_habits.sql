-- +goose Up
CREATE TABLE service_uses (
  subdomain TEXT NOT NULL,
  account_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  service_id TEXT NOT NULL,
  used BIGINT NOT NULL,
  PRIMARY KEY (subdomain, account_id, scope)
);

-- +goose Down
DROP TABLE service_uses;
