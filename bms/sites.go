package bms

import (
	"context"
	"errors"
	"net"
	"net/url"
	"slices"
	"sync"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/store"
)

// brandMemory knows brands that there are. None is ever deleted.
type brandMemory struct {
	mu    sync.Mutex
	there map[catalog.BrandID]bool
}

// known refuses a brand that there is not. Empty is none, and fine.
func (m *brandMemory) known(ctx context.Context, db store.DB, id catalog.BrandID) error {
	if id == "" || m.has(id) {
		return nil
	}
	_, err := find(ctx, db, id, store.Tx.Brand)
	if errors.Is(err, store.ErrNotFound) {
		return missingParent("brand_id", string(id))
	}
	if err == nil {
		m.add(id)
	}
	return err
}

func (m *brandMemory) has(id catalog.BrandID) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.there[id]
}

func (m *brandMemory) add(id catalog.BrandID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.there == nil {
		m.there = map[catalog.BrandID]bool{}
	}
	m.there[id] = true
}

// brandOf reads a brand; nil for none.
func brandOf(ctx context.Context, tx store.Tx, id catalog.BrandID) (*catalog.Brand, error) {
	if id == "" {
		return nil, nil
	}
	b, err := tx.Brand(ctx, id)
	return &b, err
}

// siteOf is the storefront that a mail is from: a brand's, or that of no brand under the partner's name.
func (c *Client) siteOf(b *catalog.Brand, p catalog.Partner) notify.Site {
	if b == nil {
		return notify.Site{Name: p.Name, URL: c.cfg.BaseURL}
	}
	site := notify.Site{Name: b.Name, URL: c.cfg.BaseURL, Languages: b.Locales, SupportEmail: b.SupportEmail, Accent: b.Colours["accent"]}
	if b.Live() { // at the host names of a draft there is nothing
		site.URL = atHost(c.cfg.BaseURL, b.Hosts)
	}
	return site
}

// atHost is a base URL at the first of some host names, with the scheme and the port that it has. One that has one of them already
// stays.
func atHost(base string, hosts []string) string {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || len(hosts) == 0 || slices.Contains(hosts, u.Hostname()) {
		return base
	}
	host := hosts[0]
	if port := u.Port(); port != "" {
		host = net.JoinHostPort(host, port)
	}
	return u.Scheme + "://" + host
}
