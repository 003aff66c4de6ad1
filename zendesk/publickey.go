package zendesk

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// maxKey bounds a public key's text, in bytes.
const maxKey = 16 << 10

// FetchPublicKey asks an account for the public key of an installation's app, at
// the registered origin: never at an address that a token names. It follows no
// redirect.
func FetchPublicKey(ctx context.Context, transport http.RoundTripper, in Installation) (string, error) {
	address := PublicKeyURL(in.Origin, in.AppID)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	client := http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return "", fmt.Errorf("%s has no app %d: check the subdomain and --app", in.Subdomain, in.AppID)
	default:
		return "", fmt.Errorf("%s answered %d; want 200", address, res.StatusCode)
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxKey))
	return string(raw), err
}
