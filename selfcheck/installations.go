package selfcheck

import (
	"context"
	"fmt"

	"zendesk-pagerduty/zendesk"
)

// installations compares each one's public key with that of Zendesk.
func (c *Check) installations(ctx context.Context) {
	all, err := c.store.Installations(ctx)
	if err != nil {
		c.fail("installations", err.Error(), "look at the database")
		return
	}
	if len(all) == 0 {
		c.warn("installations", "none is registered",
			"open a ticket: the sidebar shows the “zendesk-pagerduty installation add …” line to type")
	}
	for _, in := range all {
		c.installation(ctx, in)
	}
}

func (c *Check) installation(ctx context.Context, in zendesk.Installation) {
	about := fmt.Sprintf("installation %s/%d", in.Subdomain, in.InstallationID)
	again := fmt.Sprintf("zendesk-pagerduty installation add %s --app %d --installation %d", in.Subdomain, in.AppID,
		in.InstallationID)
	key, err := zendesk.FetchPublicKey(ctx, c.outside.Transport, in)
	if err != nil {
		c.warn(
			about,
			"its key was not read: "+err.Error(),
			"was the app removed, or the account renamed (“zendesk-pagerduty installation rename”)? Launches go by the stored key",
		)
		return
	}
	fresh := in
	fresh.PublicKeyPEM = key
	switch {
	case fresh.Fingerprint() == "":
		c.warn(about, "what Zendesk gives for its key is none", "is "+in.Origin+" the account's own address?")
	case !fresh.SameKey(in):
		c.fail(about, fmt.Sprintf("its public key is %s at Zendesk and %s here: launches are refused",
			fresh.Fingerprint(), in.Fingerprint()),
			"ask who changed the app in Zendesk; if that was right, run “"+again+"”")
	default:
		c.ok(about, "public key "+in.Fingerprint())
	}
}
