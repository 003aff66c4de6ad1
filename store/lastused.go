package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// UsedService implements [incident.LastUsedServices].
func (s *Store) UsedService(
	ctx context.Context,
	subdomain, accountID, serviceID string,
	scopes []string,
	at time.Time,
) error {
	for _, scope := range scopes {
		if _, err := s.exec(ctx, `INSERT INTO service_uses (subdomain, account_id, scope, service_id, used) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (subdomain, account_id, scope) DO UPDATE SET service_id = excluded.service_id, used = excluded.used`,
			subdomain, accountID, scope, serviceID, millis(at)); err != nil {
			return err
		}
	}
	return nil
}

// LastService implements [incident.LastUsedServices].
func (s *Store) LastService(ctx context.Context, subdomain, accountID string, scopes []string) (string, error) {
	for _, scope := range scopes {
		var id string
		err := s.db.QueryRowContext(ctx, `SELECT service_id FROM service_uses WHERE subdomain = $1 AND account_id = $2 AND scope = $3`, subdomain, accountID, scope).
			Scan(&id)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return id, err
		}
	}
	return "", nil
}
