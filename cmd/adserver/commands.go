package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/api"
)

// auditCmd checks the books.
type auditCmd struct {
	storage
}

var errAudit = errors.New("the books are not right")

// Run implements the command.
func (c *auditCmd) Run(ctx context.Context, env environment) error {
	db, err := c.existing(ctx)
	if err != nil {
		return err
	}
	wrong, err := db.Audit(ctx)
	for _, w := range wrong {
		fmt.Fprintln(env.out, w)
	}
	if err == nil && len(wrong) > 0 {
		err = errAudit
	}
	if err == nil {
		fmt.Fprintln(env.out, "The books are right.")
	}
	return errors.Join(err, db.Close())
}

// keyCmd prints the key of a publisher or of an advertiser.
type keyCmd struct {
	storage
	Publisher  string           `arg:"" optional:"" help:"The publisher's short name."`
	Advertiser ads.AdvertiserID `help:"Instead of a publisher's, the key with which an advertiser's server tells of conversions: its number, which is in the addresses of its pages at the portal." placeholder:"N"`
}

// Validate is asked by kong.
func (c *keyCmd) Validate() error {
	if (c.Publisher == "") == (c.Advertiser == 0) {
		return errors.New("name a publisher, or an advertiser with --advertiser")
	}
	return nil
}

// Run implements the command.
func (c *keyCmd) Run(env environment) error {
	secret, err := c.secret()
	if err != nil {
		return err
	}
	keys, err := derive(secret, "publishers")
	if err != nil {
		return err
	}
	key := api.Key(keys, c.Publisher)
	if c.Advertiser != 0 {
		key = api.ConversionKey(keys, c.Advertiser)
	}
	fmt.Fprintln(env.out, key)
	return nil
}
