package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/zendesk"
)

// Registered is what registering an installation did.
type Registered struct {
	Former zendesk.Installation // as it was registered before; the zero value where it was not
	Was    bool                 // it was registered before
	NewKey bool                 // its public key is another now
	Ended  int64                // sessions of the former key, which have ended
}

// Register is AddInstallation by the operator: it is written into the audit
// trail, in the same transaction.
func (s *Store) Register(ctx context.Context, in zendesk.Installation, now time.Time) (did Registered, err error) {
	err = s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if did, err = s.putInstallation(ctx, tx, in); err != nil {
			return err
		}
		outcome := incident.Done
		if did.NewKey {
			outcome = incident.NewKey
		}
		return s.record(
			ctx,
			tx,
			incident.AuditEntry{At: now, Subdomain: in.Subdomain, Action: incident.InstallationAdded,
				Outcome: string(outcome), About: strconv.FormatInt(in.InstallationID, 10)},
		)
	})
	return did, err
}

// Unregistered is what taking a registration back did.
type Unregistered struct {
	Was  bool // it was registered
	Last bool // and the account has no other: what was stored for its agents is deleted
}

// Unregister takes an installation back, with its sessions, and with an account's last
// one all that is stored for its agents. It is written into the audit trail, in the
// same transaction. The connections of an account's last one are deleted before, as
// [Store.RevokeConnections] does it, and what there may be much of, a batch at a time.
// Where it is cut off, it can be run again.
func (s *Store) Unregister(ctx context.Context, subdomain string, id int64, now time.Time, each func(Revoked) error) (did Unregistered, err error) {
	var others int
	if err := s.db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM installations WHERE subdomain = $1 AND installation_id = $2) > 0,
		(SELECT count(*) FROM installations WHERE subdomain = $1 AND installation_id <> $2)`, subdomain, id).Scan(&did.Was, &others); err != nil || !did.Was {
		return did, err
	}
	if did.Last = others == 0; did.Last {
		if err := s.RevokeConnections(ctx, Who{Subdomain: subdomain}, now, each); err != nil {
			return did, err
		}
		for _, e := range []expiry{linksOfAccount, choicesOfAccount, servicesOfAccount} {
			if err := s.expire(ctx, e, subdomain); err != nil {
				return did, err
			}
		}
	}
	err = s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if did.Was, err = s.dropInstallation(ctx, tx, subdomain, id); err != nil || !did.Was {
			return err
		}
		return s.record(
			ctx,
			tx,
			incident.AuditEntry{At: now, Subdomain: subdomain, Action: incident.InstallationRemoved,
				Outcome: string(incident.Done), About: strconv.FormatInt(id, 10)},
		)
	})
	return did, err
}

// putInstallation stores one. Sessions that began with another public key end:
// whoever held its private key may have made them.
func (s *Store) putInstallation(ctx context.Context, tx *sql.Tx, in zendesk.Installation) (did Registered, err error) {
	did.Former = zendesk.Installation{Subdomain: in.Subdomain, InstallationID: in.InstallationID}
	err = tx.QueryRowContext(ctx, `SELECT app_id, public_key, origin FROM installations WHERE subdomain = $1 AND installation_id = $2`+s.dialect.lock,
		in.Subdomain, in.InstallationID).
		Scan(&did.Former.AppID, &did.Former.PublicKeyPEM, &did.Former.Origin)
	did.Was = err == nil
	if errors.Is(err, sql.ErrNoRows) {
		did.Former, err = zendesk.Installation{}, nil
	}
	if err != nil {
		return did, err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO installations (subdomain, installation_id, app_id, public_key, origin) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (subdomain, installation_id) DO UPDATE SET app_id = excluded.app_id, public_key = excluded.public_key, origin = excluded.origin`,
		in.Subdomain, in.InstallationID, in.AppID, in.PublicKeyPEM, in.Origin); err != nil {
		return did, err
	}
	if did.NewKey = did.Was && !in.SameKey(did.Former); did.NewKey {
		result, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE subdomain = $1 AND installation_id = $2`,
			in.Subdomain, in.InstallationID)
		if err != nil {
			return did, err
		}
		did.Ended, err = result.RowsAffected()
		return did, err
	}
	return did, nil
}
