// Package embedded is the SDK over a SQLite file in one call: what most programs
// that sell a few thousand tickets a day want. A second process of the same computer may open the
// file, to audit it or to sell as well: no seat is sold twice, and while its client runs each sees what
// the other does.
//
//	client, err := embedded.Open(ctx, "shop.db")
//	if err != nil {
//		return err
//	}
//	defer client.Close()
package embedded

import (
	"context"
	"errors"
	"fmt"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/sqlite"
)

// Open returns a client over the SQLite file at path, creating it when it is
// not there. Mails go to the local inbox. Close the client in the end.
func Open(ctx context.Context, path string) (*bms.Client, error) {
	return OpenWith(ctx, path, bms.Config{})
}

// OpenWith is Open with a configuration.
func OpenWith(ctx context.Context, path string, cfg bms.Config) (*bms.Client, error) {
	db, err := sqlite.Open(ctx, sqlite.Config{Path: path})
	if err != nil {
		return nil, err
	}
	client, err := bms.New(db, cfg)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	return client, nil
}
