package oauth

import (
	"context"
	"errors"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"zendesk-pagerduty/seal"
)

// ErrClientRefused says that the token endpoint knows no such client id, or not
// with this secret.
var ErrClientRefused = errors.New("PagerDuty does not take this client id with this secret")

// SigningKeys says how many keys PagerDuty signs ID tokens with, and what time it
// is there, by the answer's Date; the zero time where there is none.
func (p *Provider) SigningKeys(ctx context.Context) (n int, date time.Time, err error) {
	keys, header, err := p.fetchKeys(ctx)
	if header != nil {
		date, _ = http.ParseTime(header.Get("Date"))
	}
	return len(keys), date, err
}

// TryClient shows client id and secret to the token endpoint, with a code that
// does not exist: the refusal tells which of them was wrong (RFC 6749, section
// 5.2). It returns nil where the code was, [ErrClientRefused], or another error
// where the answer tells neither.
func (p *Provider) TryClient(ctx context.Context) error {
	_, err := p.config().Exchange(p.withClient(ctx), "check-"+seal.Random(16),
		oauth2.VerifierOption(oauth2.GenerateVerifier()))
	var re *oauth2.RetrieveError
	if errors.As(err, &re) {
		switch re.ErrorCode {
		case "invalid_grant":
			return nil
		case "invalid_client", "unauthorized_client":
			return ErrClientRefused
		}
	}
	if err == nil {
		return errors.New("it accepted a code that does not exist")
	}
	return scrub(err)
}

// Lacks are the scopes that the server asks for and a login did not get.
func (p *Provider) Lacks(granted string) []string { return missing(p.Scopes, granted) }
