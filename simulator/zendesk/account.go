package zendesk

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"sync"
	"time"

	"zendesk-pagerduty/simulator/zendesk/directory"
	"zendesk-pagerduty/simulator/zendesk/rules"
	"zendesk-pagerduty/simulator/zendesk/tickets"
	"zendesk-pagerduty/simulator/zendesk/webhooks"
	"zendesk-pagerduty/simulator/zendesk/workspace"
)

// Account is one Zendesk account in which the app is installed. It listens on
// its own port of 127.0.0.1: an origin of its own, on the same site as the
// other accounts, as with two subdomains of zendesk.com.
type Account struct {
	workspace.Account
	PublicKeyPEM string // what the account publishes

	key    *rsa.PrivateKey
	now    func() time.Time
	rules  *rules.Rules
	sender *webhooks.Sender
}

// Comments are the comments of a ticket, the oldest first.
func (a *Account) Comments(id int64) []tickets.Comment {
	t, _ := a.Store.Ticket(id)
	return t.Comments
}

// accountSeed is an account before it has a key and a port.
type accountSeed struct {
	subdomain, name       string
	appID, installationID int64
	people                func() []directory.User
	directory             func() directory.Directory
	rules                 func() rules.RuleSeed
	tickets               func() []tickets.SeedTicket
}

// accountID is the number that webhooks name the account by.
func (s accountSeed) accountID() int64 { return s.appID * 10007 }

func accountSeeds() []accountSeed {
	return []accountSeed{
		{"acme", "Acme Retail", 1001, 2001, directory.AcmePeople, directory.AcmeDirectory, rules.AcmeRules, tickets.AcmeSeed},
		{
			"globex", "Globex Facilities", 1002, 2002, directory.GlobexPeople, directory.GlobexDirectory, rules.GlobexRules,
			tickets.GlobexSeed,
		},
	}
}

// keyBits is the size of Zendesk's own keys.
const keyBits = 2048

func newKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, keyBits) }

func publicPEM(key *rsa.PrivateKey) (string, error) {
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return "", err
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

// newKeys makes the keys that given does not hold, at the same time: one alone
// can take a second.
func newKeys(seeds []accountSeed, given map[string]*rsa.PrivateKey) ([]*rsa.PrivateKey, error) {
	keys := make([]*rsa.PrivateKey, len(seeds))
	errs := make([]error, len(seeds))
	var made sync.WaitGroup
	for i, seed := range seeds {
		if keys[i] = given[seed.subdomain]; keys[i] == nil {
			made.Go(func() { keys[i], errs[i] = newKey() })
		}
	}
	made.Wait()
	for i, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("key of account %s: %w", seeds[i].subdomain, err)
		}
	}
	return keys, nil
}

// NewKeys makes the accounts' keys, for [Options].
func NewKeys() (map[string]*rsa.PrivateKey, error) {
	seeds := accountSeeds()
	made, err := newKeys(seeds, nil)
	if err != nil {
		return nil, err
	}
	keys := map[string]*rsa.PrivateKey{}
	for i, seed := range seeds {
		keys[seed.subdomain] = made[i]
	}
	return keys, nil
}
