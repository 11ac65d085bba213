package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/bms/qr"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/cmd/storefront/internal/advisor"
	"github.com/marquee-tickets/marquee/storefront/letters"
	"github.com/marquee-tickets/marquee/storefront/locale"
)

// shop is what sells behind the pages.
type shop struct {
	base   string // where browsers reach it
	bank   *sandbox.Gateway
	client *bms.Client
	adv    *advisor.Advisor // nil when nothing is recommended
	log    *slog.Logger
}

// shop opens the database and what recommends, and puts the SDK together.
func (c *serveCmd) shop(ctx context.Context, bank *sandbox.Gateway, base string, log *slog.Logger) (*shop, error) {
	db, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	s := &shop{base: base, bank: bank, log: log}
	if s.adv, err = c.advisor(ctx, log); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if s.client, err = client(db, bank, base, s.adv, log); err != nil {
		return nil, errors.Join(err, db.Close(), s.close())
	}
	if s.adv != nil {
		if err := s.adv.Attach(s.client); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

// close closes what is open, recommendations last: what is sold is told them.
func (s *shop) close() error {
	var err error
	if s.client != nil {
		err = s.client.Close()
	}
	if s.adv != nil {
		err = errors.Join(err, s.adv.Close())
	}
	return err
}

// background is the work that goes on beside requests.
func (s *shop) background() []func(context.Context) error {
	work := []func(context.Context) error{s.client.Run, s.bank.Run}
	if s.adv != nil {
		work = append(work, s.adv.Run)
	}
	return work
}

// advisor opens the recommendations; nil when there are none.
func (c *serveCmd) advisor(ctx context.Context, log *slog.Logger) (*advisor.Advisor, error) {
	if !c.Recommend {
		return nil, nil //nolint:nilnil // none is wanted
	}
	adv, err := advisor.Open(ctx, advisor.Config{
		Data: c.Data, Database: c.Database, Gorse: strings.TrimRight(c.GorseURL, "/"), GorseKey: c.GorseKey, Experiment: c.Experiment, Logger: log,
	})
	if err != nil {
		return nil, &advice{err: err, try: "Check --gorse-url and the data folder, or start with --no-recommend."}
	}
	return adv, nil
}

// client puts the SDK together. The database stays open when that fails.
func client(db store.DB, bank payment.Gateway, baseURL string, adv *advisor.Advisor, log *slog.Logger) (*bms.Client, error) {
	words, err := locale.New(locale.Config{})
	if err != nil {
		return nil, err
	}
	cfg := bms.Config{
		Gateways: []payment.Gateway{bank}, Renderer: letters.New(words), Pictures: qr.Pictures{}, BaseURL: baseURL, From: "tickets@localhost", Logger: log,
	}
	if adv != nil {
		cfg.Sinks, cfg.Suggester = []outbox.Sink{adv}, adv
	}
	return bms.New(db, cfg)
}
