package zendesk

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"sync"
	"time"
)

// Account is one Zendesk account in which the app is installed. It listens on
// its own port of 127.0.0.1: an origin of its own, on the same site as the
// other accounts, as with two subdomains of zendesk.com.
type Account struct {
	ID             int64 // of the account
	Subdomain      string
	Name           string // of the company
	AppID          int64
	InstallationID int64
	Origin         string // of the agent workspace, e.g. http://127.0.0.1:8091
	PublicKeyPEM   string // what the account publishes

	key     *rsa.PrivateKey
	now     func() time.Time
	records *records
}

// accountSeed is an account before it has a key and a port.
type accountSeed struct {
	subdomain, name       string
	appID, installationID int64
	people                func() []User
	directory             func() directory
	rules                 func() ruleSeed
	tickets               func() []seedTicket
}

// accountID is the number that webhooks name the account by.
func (s accountSeed) accountID() int64 { return s.appID * 10007 }

func accountSeeds() []accountSeed {
	return []accountSeed{
		{"acme", "Acme Retail", 1001, 2001, acmePeople, acmeDirectory, acmeRules, acmeSeed},
		{"globex", "Globex Facilities", 1002, 2002, globexPeople, globexDirectory, globexRules, globexSeed},
	}
}

// Agents lists who can work in the account.
func (a *Account) Agents() []User { return a.records.people("agent", "admin") }

// Tickets lists the account's tickets as they are stored now.
func (a *Account) Tickets() []Ticket { return a.records.all() }

// Ticket is one of them.
func (a *Account) Ticket(id int64) (Ticket, bool) { return a.records.ticket(id) }

// Comments are what was said in a ticket, the oldest first.
func (a *Account) Comments(id int64) []Comment {
	t, _ := a.records.ticket(id)
	return t.comments
}

// TicketURL is the address of a ticket's page in the agent workspace.
func (a *Account) TicketURL(id int64) string { return fmt.Sprintf("%s/agent/tickets/%d", a.Origin, id) }

// NewTicketURL is the address of the page that creates a ticket.
func (a *Account) NewTicketURL() string { return a.Origin + "/agent/tickets/new" }

// AppPageURL is the address of the app in the navigation bar.
func (a *Account) AppPageURL() string { return a.Origin + "/agent/apps/" + navApp }

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
