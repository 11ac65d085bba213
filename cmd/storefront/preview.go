package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/brand"
)

// previewing is what serving a preview and linking to it have in common.
type previewing struct {
	PreviewSecret string `env:"MARQUEE_PREVIEW_SECRET" help:"What links to previews of brands are signed with, at least 16 characters. Whoever changes it ends all links that there are. Without it the database has a secret of its own." placeholder:"SECRET"`
}

// previewCmd prints a link to a preview of a brand.
type previewCmd struct {
	storage
	previewing

	BaseURL string `default:"http://127.0.0.1:8080" env:"MARQUEE_BASE_URL" help:"Where browsers reach the storefront. Default: ${default}." placeholder:"URL"`
	Days    int    `default:"7" help:"For how many days the link is good, at most 90. Default: ${default}." placeholder:"N"`

	Brand string `arg:"" help:"The brand, by its identifier or one of its host names."`
}

// maxDays is brand.MaxPreview.
const maxDays = int(brand.MaxPreview / (24 * time.Hour))

// Validate refuses what is wrong on the command line.
func (c *previewCmd) Validate() error {
	if c.Days < 1 || c.Days > maxDays {
		return fmt.Errorf("--days must be between 1 and %d", maxDays)
	}
	return nil
}

// Run implements the command.
func (c *previewCmd) Run(ctx context.Context, env environment) error {
	shop, err := c.existing(ctx, env)
	if err != nil {
		return err
	}
	link, err := c.link(ctx, env, shop)
	if err = errors.Join(err, shop.Close()); err != nil {
		return err
	}
	fmt.Fprintln(env.out, link)
	return nil
}

// link makes the link and says on the side what it is good for.
func (c *previewCmd) link(ctx context.Context, env environment, shop *bms.Client) (string, error) {
	brands, err := shop.Catalog.Brands(ctx)
	if err != nil {
		return "", err
	}
	b, err := brandNamed(brands, c.Brand)
	if err != nil {
		return "", err
	}
	front, err := storefront.New(shop, storefront.Config{PreviewSecret: c.PreviewSecret})
	if err != nil {
		return "", err
	}
	defer front.Close()
	until := shop.Now().AddDate(0, 0, c.Days)
	path, err := front.PreviewLink(ctx, b.ID, until)
	if err != nil {
		return "", err
	}
	status := "a draft"
	if b.Live() {
		status = "live"
	}
	fmt.Fprintf(env.err, "%s is %s. Whoever has this link sees it as it is stored, until %s.\n", b.Name, status, until.Format(time.RFC1123))
	return strings.TrimRight(c.BaseURL, "/") + path, nil
}

// brandNamed is the brand with an identifier or a host name. Of several with the host name a draft counts: it has no other way in.
func brandNamed(brands []catalog.Brand, name string) (catalog.Brand, error) {
	host := strings.ToLower(name)
	var named []catalog.Brand
	for _, b := range brands {
		if string(b.ID) == name {
			return b, nil
		}
		if slices.Contains(b.Hosts, host) {
			named = append(named, b)
		}
	}
	if i := slices.IndexFunc(named, func(b catalog.Brand) bool { return !b.Live() }); i > 0 {
		named = named[i:]
	}
	if len(named) > 0 {
		return named[0], nil
	}
	return catalog.Brand{}, &advice{err: fmt.Errorf("there is no brand %q", name), try: brandsAdvice(brands)}
}

// brandsAdvice lists the brands that there are.
func brandsAdvice(brands []catalog.Brand) string {
	if len(brands) == 0 {
		return "This database has no brands. Name the folder of another one with --data, or a PostgreSQL database with --database."
	}
	lines := []string{"Name one of these:"}
	for _, b := range brands {
		lines = append(lines, fmt.Sprintf("  %s  %s  %s", b.ID, strings.Join(b.Hosts, " "), b.Name))
	}
	return strings.Join(lines, "\n")
}
