-- session of acme/9001: upgrade.me-qnBWNpw8i6KJHzBR1aGzHrqBkrJ67emuSUDBkMLiWEFqMouWq9K2R3GIQtL9yuVKjTsCHle1NB1Iwt0wXqkhme-kE5WWFjXVGqYiAaSTxfU5RDJM9XS2GyyA93A
CREATE TABLE goose_db_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
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
CREATE TABLE links (
  subdomain TEXT NOT NULL,
  ticket BIGINT NOT NULL,
  account_id TEXT NOT NULL,
  incident_id TEXT NOT NULL,
  linked BIGINT NOT NULL,
  user_id TEXT NOT NULL, made BIGINT NOT NULL DEFAULT 0, on_solve BIGINT NOT NULL DEFAULT 0,
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
CREATE UNIQUE INDEX audit_under_way ON audit (account_id, incident_id) WHERE outcome = 'begun' AND incident_id <> '';
CREATE TABLE service_uses (
  subdomain TEXT NOT NULL,
  account_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  service_id TEXT NOT NULL,
  used BIGINT NOT NULL,
  PRIMARY KEY (subdomain, account_id, scope)
);
CREATE TABLE preferences (
  subdomain TEXT NOT NULL,
  user_id TEXT NOT NULL,
  no_notes BIGINT NOT NULL,
  PRIMARY KEY (subdomain, user_id)
);
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (1, 0, 1, '2026-11-28 18:44:04 +0000 UTC');
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (2, 1, 1, '2026-11-28 18:44:04 +0000 UTC');
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (3, 2, 1, '2026-11-28 18:44:04 +0000 UTC');
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (4, 3, 1, '2026-11-28 18:44:04 +0000 UTC');
INSERT INTO goose_db_version (id, version_id, is_applied, tstamp) VALUES (5, 4, 1, '2026-11-28 18:44:04 +0000 UTC');
INSERT INTO installations (subdomain, installation_id, app_id, public_key, origin) VALUES ('acme', 2001, 1001, '-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxec+L/xWXNLYo1KgMKBk
nae2fFuj4t/Ql5novoXutvJOl0BLq4ogdsU00cuqSQJI4kJtGJdpuukAlWKT5HNw
06lvMmLAHGAuFY+ieP10eA2O/Jtk2MDO2pE84IUabYGGdHUe4CoUu9JyzRT7pGit
zAZv2yzVbvAN/CQcKc/XI7IoC08LXVRQCGj+Bj6Axh6dIocApAvurto5id56nk7H
u/PoFqpL/Y3n3mazRM61JOAqBjBC3u8kC/Pp2LDJMgIzhYWujdnmcQ7ItguYPn1W
pWS8L0Wxp3LcPdDGjJoM2u/0HcCLpBXI3cpb5DWI78K73kSjdF4pyfgzM6l19fgS
MQIDAQAB
-----END PUBLIC KEY-----
', 'http://127.0.0.1:44469');
INSERT INTO installations (subdomain, installation_id, app_id, public_key, origin) VALUES ('globex', 2002, 1002, '-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAs7EReCXx7f1U5r6YtBC+
aURMXwF2wG3ne9/mMhdfZDO9trVJ1Yaa6+Pb6sb14QeHcLPslCW/VuiKBFoNHz8C
1LTRNg0vAsLyeXbcao50F+YpDNdl4F2qouDSSrAuG5kANt9yoxCZ1tIFolabO28A
eEeJx6RU3dh61Jjq5vLP5zdfQUeg8SvicbbOG8eD3CA9PDaBrSFRgBVqO+XAuwMq
fLAJZpW4tf0hcnL+X2iJ2sKNbZTimGijXWVnh+smGIdNaQUX06vYt4n1CxnG2ErU
N5fOgc8d3X7fyQ2xwgocsTpVOPlgj/dvK8QhkE+f0cODJIrDl/lV6qJY1lXxiddx
9wIDAQAB
-----END PUBLIC KEY-----
', 'http://127.0.0.1:38411');
INSERT INTO launches (token_hash, first_used, expires) VALUES ('56168b98627f9cef2cf8d230c9a255e85d0646bbff8b10538104dd4a01bc574c', 1795891444282, 1795891774000);
INSERT INTO launches (token_hash, first_used, expires) VALUES ('e08703e72524902ebdc6898255ed1348771abc4efc5289fa9cdcef89e041f0c4', 1795891444594, 1795891774000);
INSERT INTO sessions (id, secret_hash, subdomain, installation_id, user_id, started, last_seen) VALUES ('70bm7y6Y5NW8yAM1mj975Q', 'f74f3f23669e2e0989c836c9e975066c124a24aa3ced574422036a1b01fe95a8', 'acme', 2001, '9001', 1795891444282, 1795891444282);
INSERT INTO sessions (id, secret_hash, subdomain, installation_id, user_id, started, last_seen) VALUES ('ILZILy7aW1eHyZMFfkhG4A', '2a6e3d5aa33b2965fc6ef2bd188b00a85f934445e5fb162db3af6117e22a3135', 'acme', 2001, '9002', 1795891444594, 1795891444594);
INSERT INTO attempts (id, subdomain, user_id, session_id, purpose, verifier, nonce, stage, outcome, began, granted, expires, tries, code_hash, delegation_id, grant_blob) VALUES ('EygbEdK9f6Aug8IE0bwQSw', 'acme', '9001', '70bm7y6Y5NW8yAM1mj975Q', 'sidebar', 'upgrade.cNsR4cYeAgQb64boE-dkUaOpI2QNMvrxPc339EPgQAWA6N29s_um-25K9ur_0Gv-eraDK7Z4xNM-LZC9jPdGMGyAAsMlmQM', 'SzLlgHCBYlumCpDHgaq2XQ', 'claimed', '', 1795891444290, 1795891444570, 1795892044290, 0, '', '', '');
INSERT INTO attempts (id, subdomain, user_id, session_id, purpose, verifier, nonce, stage, outcome, began, granted, expires, tries, code_hash, delegation_id, grant_blob) VALUES ('2eJkHdM4E9l3x67xufVyWg', 'acme', '9002', 'ILZILy7aW1eHyZMFfkhG4A', 'sidebar', 'upgrade.6nLAY-cJaPGJBGvgltGPin6elR9DG75jgFa7EMuXDJ7DM0fxPGXeguq7B7oGEhbtDVqw7jUxdJdqvK1Sv0kzJaFqjTzZltI', '2vWB4jxFiwPW-EYMMwTDfg', 'claimed', '', 1795891444599, 1795891444618, 1795892044599, 0, '', '', '');
INSERT INTO attempts (id, subdomain, user_id, session_id, purpose, verifier, nonce, stage, outcome, began, granted, expires, tries, code_hash, delegation_id, grant_blob) VALUES ('iTIiDUMbch6iMNijGr2a4Q', 'acme', '9001', '70bm7y6Y5NW8yAM1mj975Q', 'sidebar', 'upgrade.mSiio32EJF-P1bRBzei_Q5IS-nLdCeE1z3-XjKb2L6-x-LCWsAi7MEhtY6sQg25czeR-YKlQK8kgLSpLqPd-7lBjQgDC5IQ', '5KCrxSoNVz0kxmnP1po6PA', 'open', '', 1795891444682, 0, 1795892044682, 0, '', '', '');
INSERT INTO attempts (id, subdomain, user_id, session_id, purpose, verifier, nonce, stage, outcome, began, granted, expires, tries, code_hash, delegation_id, grant_blob) VALUES ('h0SQKSIHGBQhbOADsYYMLg', 'acme', '9002', 'ILZILy7aW1eHyZMFfkhG4A', 'sidebar', 'upgrade.y-CnU6mQSWP1aq7tdDk3A8wLNVXlBnfxEXnLJu72emKbN6S2mg3uqej4DavRHWcBCsXVMYXvHZe-3RcxhU9tnnAjhMII4e8', 'Y6HunEed2_YlNCyUIjxHzA', 'granted', '', 1795891444686, 1795891444711, 1795892044686, 0, '4c35d1b7b36064ea03442f3072acfaa672b9545d540296b08a399a75856809f2', '9474e4f8-af02-4ccd-8969-d09ffee9d559', 'upgrade.bIW4ndAaYWyNVHhkPEYDKDSxmphF-sbSPVrgS3vP4RHd24u0DK0Jg-9iHL76D0nAg0NxPAxrDLh_OyxsZnfRHOXHg9WrtTz_xLcGAfvLTTUE2Fxc5XbJZtsh4itTgzb67d6rFwMSbt5epuv2fsqLxcOmxjPr8Yi9c7G2s-_UsHmbfMkyuLwZ35m5pUGDUh9t7wPD-sIikKDZmL9TjsHkf0s-kt1Hp4uh5YV_tfNki_IvskAtrBunmHqx2VX5Rp0ksvpRZuLqXFjYL581m7mRBqdQGtel8ZTVeHTp6beidoKL34jr-rH9lPL5u4m9NM0iFWGTC-p02hqj8_Y2ghGXUFPgM0NY0GrwGSpv0frlc5dKvc2DrqWlt-jM0b-Wag3U_GbPvU6cxGprBuUKbAGxIPmOOxgkk0JDVmb7T9lDfCe8StDhtUtmYN7E0YMLVBaVJaZI46_vlEyViIPh6Ro0T1geyDNFWW4uzZofqk8k82DOKdPn8rTx8R2ulC99sbfYChaAy2BkXKZv6JplCfxw_LX2xPTmvIHIcBSDdvyOLQey8PPq_DegRBsDGBNW4jW28NLNO2cbdzmPTht7MQ67FoglnyPoS1EDaw4zeJhBihJy5Dk0dpMj8Wp5YbsXcABKvHyRhyHQtcjenY3DJ0RgpGee6sX98Q_wWL19Ga8zNUP3blaRPd0yTFcc9uAosFJQMGC-1wkBr-uIiGa1zPO2dv4YBwZcUak_UiGp_wMhxGIOHVCbTE3-hZNT9-yrQ1-3FgFKsRXJQAmf12Jv1kloEU1GzCemr3djLnZs_l9zrDkSKKfRY5UWwFKo_7zanoUpR4I_oNFZ3kRwJ3fJwpP3c9RrsSd_r-JeGGJxUEMCsecDojXGrHmrw79q3C4bPT8bQnER1TIzhmtutjRfKAy5_2oMpKcwT5YvPrI3_Z2kPOMq1bBC1ZlfM7mVvOTxDgZZ4gms_gNxSfMmXDEU7MrZqfDZwg');
INSERT INTO connections (subdomain, user_id, pagerduty_user, pagerduty_account_id, pagerduty_account, delegation_id, api_base, name, email, scopes, access_token, refresh_token, expires, refresh_after, generation, lapsed, lease_owner, lease_until, saved_by) VALUES ('acme', '9001', 'PJANE01', 'PACME01', 'acme', 'c7594a84-bbda-4370-81d0-4e2e9a2e64d1', 'http://127.0.0.1:34385', 'Jane Miller', 'jane@acme.example', 'openid incidents.read incidents.write services.read priorities.read escalation_policies.read oncalls.read users.read teams.read abilities.read schedules.read incident_types.read custom_fields.read subscribers.read subscribers.write incident_workflows.read incident_workflows:instances.write', 'upgrade.cBsr9tL9wzrx2Cu-MbWEAXWy_ys3Wp0bRQMDURlW17nYO1DCb5iCDzW_891SqsBT59MZCnv4oKOSr9hgSwgAMyUDWqiuFALK7B5S1uD5', 'upgrade.BkzoqXxQ67Dj1p8ppPMF12EeIySjJzx8v2htY3Xzc6MFk66bqJ_Sl4BLxoW-ozaVz-8dozs5iGFiYhFlrYRfiFTkcICLWrl_2V75zzcZ', 1795977844568, 1795976944568, 1, 0, '', 0, '');
INSERT INTO connections (subdomain, user_id, pagerduty_user, pagerduty_account_id, pagerduty_account, delegation_id, api_base, name, email, scopes, access_token, refresh_token, expires, refresh_after, generation, lapsed, lease_owner, lease_until, saved_by) VALUES ('acme', '9002', 'POMAR01', 'PACME01', 'acme', 'a97f369b-b5d6-4dcc-884a-1c93ae512679', 'http://127.0.0.1:34385', 'Omar Haddad', 'omar@acme.example', 'openid incidents.read incidents.write services.read priorities.read escalation_policies.read oncalls.read users.read teams.read abilities.read schedules.read incident_types.read custom_fields.read subscribers.read subscribers.write incident_workflows.read incident_workflows:instances.write', 'upgrade.PqsKh6DBWttjPgyS30BKctAaiYBSTOn8EP6vhWlSxFJaviofsNTv1gj13LTPsEGJMiDuONd00s75c9oYukP4YJGp_Lrjim4X5bu05eLj', 'upgrade.h-uazH1tP-a8IYMSSwSPS-YZi1-GlQAmU09vN2cvufiIer82r2uG905LQ9nsq4nflchuku_SeVa8DNE9yKCSKKS-x1b7BtthhTtK5lm4', 1795977844616, 1795976944616, 1, 0, '', 0, '');
INSERT INTO links (subdomain, ticket, account_id, incident_id, linked, user_id, made, on_solve) VALUES ('acme', 101, 'PACME01', 'QJU2ALBZQUEMN5', 0, '9001', 1, 0);
INSERT INTO audit (at, subdomain, user_id, account_id, pagerduty_user, ticket, incident_id, action, outcome) VALUES (1795891444629, 'acme', '9001', 'PACME01', 'PJANE01', 101, 'QJU2ALBZQUEMN5', 'create', 'made');
INSERT INTO audit (at, subdomain, user_id, account_id, pagerduty_user, ticket, incident_id, action, outcome) VALUES (1795891444647, 'acme', '9001', 'PACME01', 'PJANE01', 101, 'QJU2ALBZQUEMN5', 'acknowledge', 'done');
INSERT INTO audit (at, subdomain, user_id, account_id, pagerduty_user, ticket, incident_id, action, outcome) VALUES (1795891444664, 'acme', '9002', 'PACME01', 'POMAR01', 101, 'QJU2ALBZQUEMN5', 'note', 'done');
