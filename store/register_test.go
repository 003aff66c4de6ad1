package store_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zendesk-pagerduty/incident"
	"zendesk-pagerduty/oauth"
	"zendesk-pagerduty/store"
	"zendesk-pagerduty/zendesk"
)

func publicKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// A changed public key ends the sessions that began with the former one, those
// of this installation alone; the same key in other line ends ends none. Each
// registration by the operator is in the audit trail.
func TestRegister(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		s := open(t, address)
		ctx := t.Context()
		in := zendesk.Installation{Subdomain: "acme", AppID: 1, InstallationID: 11, PublicKeyPEM: publicKey(t), Origin: "https://acme.zendesk.com"}
		second := in
		second.InstallationID = 12
		did, err := s.Register(ctx, in, now)
		if err != nil || did.Was || did.NewKey {
			t.Fatalf("%+v %v", did, err)
		}
		if err := s.AddInstallation(ctx, second); err != nil {
			t.Fatal(err)
		}
		start := func(id string, installation int64, key string) error {
			return s.StartSession(ctx, zendesk.SessionStart{
				Session:        zendesk.Session{ID: id, Agent: mia, Started: now, LastSeen: now},
				InstallationID: installation,
				PublicKeyPEM:   key,
				TokenHash:      id,
				TokenExpires:   now,
			})
		}
		begin := func(id string, installation int64) {
			t.Helper()
			if err := start(id, installation, in.PublicKeyPEM); err != nil {
				t.Fatal(err)
			}
		}
		begin("s1", 11)
		begin("s2", 12)
		same := in
		same.PublicKeyPEM = strings.ReplaceAll(in.PublicKeyPEM, "\n", "\r\n")
		if did, err = s.Register(ctx, same, now); err != nil || !did.Was || did.NewKey || did.Ended != 0 {
			t.Errorf("the same key: %+v %v", did, err)
		}
		if _, err := s.Session(ctx, "s1"); err != nil {
			t.Errorf("the same key ended a session: %v", err)
		}
		changed := in
		changed.PublicKeyPEM = publicKey(t)
		if did, err = s.Register(ctx, changed, now.Add(time.Second)); err != nil || !did.NewKey || did.Ended != 1 || !did.Former.SameKey(in) {
			t.Errorf("another key: %+v %v", did, err)
		}
		if _, err := s.Session(ctx, "s1"); !errors.Is(err, zendesk.SessionEnded) {
			t.Errorf("a session of the former key: %v", err)
		}
		// A launch that was verified before, and is stored after that.
		if err := start("s3", 11, in.PublicKeyPEM); !errors.Is(err, zendesk.LaunchForged) {
			t.Errorf("a late session of the former key: %v", err)
		}
		if err := start("s4", 11, changed.PublicKeyPEM); err != nil {
			t.Errorf("a session of the new key: %v", err)
		}
		if _, err := s.Session(ctx, "s2"); err != nil {
			t.Errorf("a session of another installation: %v", err)
		}
		for _, want := range []bool{true, false} {
			did, err := s.Unregister(ctx, "acme", 11, now.Add(2*time.Second), func(store.Revoked) error { return nil })
			if did.Was != want || did.Last || err != nil {
				t.Errorf("removed: %+v %v", did, err)
			}
		}
		var got []string
		if err := s.AuditEntries(ctx, time.Time{}, func(d incident.AuditEntry) error {
			got = append(got, string(d.Action)+" "+d.Subdomain+" "+d.About+" "+d.Outcome+d.UserID+d.IncidentID)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		want := []string{"installation.add acme 11 done", "installation.add acme 11 done", "installation.add acme 11 newkey", "installation.remove acme 11 done"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// With an installation go its sessions, and with an account's last one what its agents
// had; registering it anew revives nothing.
func TestUnregister(t *testing.T) {
	each(t, func(t *testing.T, address string) {
		s := open(t, address)
		ctx := t.Context()
		second := acme
		second.InstallationID = 12
		for _, err := range []error{
			s.AddInstallation(ctx, acme),
			s.AddInstallation(ctx, second),
			s.StartSession(ctx, zendesk.SessionStart{
				Session:        zendesk.Session{ID: "s1", Agent: mia, Started: now, LastSeen: now},
				InstallationID: acme.InstallationID,
				PublicKeyPEM:   acme.PublicKeyPEM,
				TokenHash:      "t1",
				TokenExpires:   now.Add(time.Minute),
			}),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		connect(t, s, mia, "PMIA", "mia")
		for _, c := range []struct {
			installation int64
			want         store.Unregistered
			connected    error
		}{
			{acme.InstallationID, store.Unregistered{Was: true}, nil},
			{12, store.Unregistered{Was: true, Last: true}, oauth.NotConnected},
			{12, store.Unregistered{}, oauth.NotConnected},
		} {
			did, err := s.Unregister(ctx, "acme", c.installation, now, func(store.Revoked) error { return nil })
			if err != nil || did != c.want {
				t.Errorf("%d: %+v, %v; want %+v", c.installation, did, err, c.want)
			}
			if _, err := s.Session(ctx, "s1"); !errors.Is(err, zendesk.SessionEnded) {
				t.Errorf("%d: a session of the first one: %v", c.installation, err)
			}
			if _, err := s.Connection(ctx, mia); !errors.Is(err, c.connected) {
				t.Errorf("%d: a connection: %v; want %v", c.installation, err, c.connected)
			}
		}
		if err := s.AddInstallation(ctx, acme); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Session(ctx, "s1"); !errors.Is(err, zendesk.SessionEnded) {
			t.Errorf("registered anew: %v", err)
		}
	})
}
