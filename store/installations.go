package store

import (
	"context"
	"database/sql"
	"errors"

	"zendesk-pagerduty/problem"
	"zendesk-pagerduty/zendesk"
)

// Installation implements [zendesk.Registry].
func (s *Store) Installation(ctx context.Context, subdomain string, id int64) (zendesk.Installation, error) {
	in := zendesk.Installation{Subdomain: subdomain, InstallationID: id}
	err := s.db.QueryRowContext(ctx, `SELECT app_id, public_key, origin FROM installations WHERE subdomain = $1 AND installation_id = $2`,
		subdomain, id).
		Scan(&in.AppID, &in.PublicKeyPEM, &in.Origin)
	if errors.Is(err, sql.ErrNoRows) {
		return in, problem.New(zendesk.NotRegistered, nil, problem.Args{"subdomain": subdomain, "installation": id})
	}
	return in, err
}

// AddInstallation implements [zendesk.Registry].
func (s *Store) AddInstallation(ctx context.Context, in zendesk.Installation) error {
	return s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := s.putInstallation(ctx, tx, in)
		return err
	})
}

// dropInstallation deletes it and with it its sessions, and says whether it was there.
// With an account's last one goes all that is stored for its agents, except the audit
// trail.
func (s *Store) dropInstallation(ctx context.Context, tx *sql.Tx, subdomain string, id int64) (was bool, err error) {
	result, err := tx.ExecContext(ctx, `DELETE FROM installations WHERE subdomain = $1 AND installation_id = $2`,
		subdomain, id)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, err
	}
	for _, table := range accountTables {
		if !table.removed {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table.name+` WHERE subdomain = $1
			AND NOT EXISTS (SELECT 1 FROM installations i WHERE i.subdomain = $1)`, subdomain); err != nil {
			return false, err
		}
	}
	return n > 0, nil
}

// Installations implements [zendesk.Registry].
func (s *Store) Installations(ctx context.Context) ([]zendesk.Installation, error) {
	rows, err := s.db.QueryContext(
		ctx,
		`SELECT subdomain, installation_id, app_id, public_key, origin FROM installations ORDER BY subdomain, installation_id`,
	)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []zendesk.Installation
	for rows.Next() {
		var in zendesk.Installation
		if err := rows.Scan(&in.Subdomain, &in.InstallationID, &in.AppID, &in.PublicKeyPEM, &in.Origin); err != nil {
			return nil, err
		}
		all = append(all, in)
	}
	return all, rows.Err()
}
