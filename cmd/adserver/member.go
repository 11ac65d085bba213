package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/marquee-tickets/marquee/adserver/account"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// memberCmd makes an administrator.
type memberCmd struct {
	storage
	Email string `arg:"" help:"What the administrator signs in with."`
	Name  string `default:"Administrator" help:"What pages call the administrator. Default: ${default}."`
}

// Run implements the command.
func (c *memberCmd) Run(ctx context.Context, env environment) error {
	db, err := c.existing(ctx)
	if err != nil {
		return err
	}
	password := rand.Text()
	_, err = db.CreateMember(ctx, program, store.Member{Email: c.Email, Name: c.Name, Role: store.Admin}, account.NewKeeper(account.Cost{}).Hash(password))
	if err == nil {
		fmt.Fprintf(env.out, "%s signs in at /portal with the password %s\nIt is shown this once: change it there.\n", c.Email, password)
	}
	return errors.Join(err, db.Close())
}
