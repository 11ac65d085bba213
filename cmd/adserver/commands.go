package main

import (
	"context"
	"errors"
	"fmt"

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

// keyCmd prints a publisher's key.
type keyCmd struct {
	storage
	Publisher string `arg:"" help:"The publisher's short name."`
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
	fmt.Fprintln(env.out, api.Key(keys, c.Publisher))
	return nil
}
