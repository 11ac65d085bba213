// Package sponsors joins what the storefront asks of ads with the client of the ad server: it translates both ways and has the ad server
// know visitors by a number of the publisher's own.
//
//	ads, err := sponsors.New(sponsors.Config{URL: "https://ads.example", Publisher: "demo", Secret: client.Secret})
//	front, err := storefront.New(client, storefront.Config{Ads: ads.Config(where)})
package sponsors

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/marquee-tickets/marquee/adserver/adclient"
	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/sponsor"
)

// Config says where ads come from. URL, Publisher and Secret are required.
type Config struct {
	// URL is where the ad server is asked, such as http://127.0.0.1:8090.
	URL string

	// Origins are where browsers reach it, of each node. Empty means the origin of URL.
	Origins []string

	// Pictures are further origins that pictures of ads come from.
	Pictures []string

	// Publisher is the name that the ad server knows this storefront by.
	Publisher string

	// Key is the publisher's key. Empty sends none.
	Key string

	// Secret gives what visitors' numbers are made with, at least 16 bytes, the same for one purpose at any time.
	Secret func(ctx context.Context, purpose string) ([]byte, error)

	// Timeout and WriteTimeout bound a question, and what else the ad server is told. Zero means sponsor.Budget, and what adclient says.
	Timeout, WriteTimeout time.Duration

	// Logger gets when the ad server begins and ceases to answer. Nil discards it.
	Logger *slog.Logger
}

// Source is a sponsor.Source over an ad server. It is safe for concurrent use.
type Source struct {
	client *adclient.Client
	cfg    Config
	secret atomic.Pointer[[]byte]
	broken atomic.Bool // the last question failed
}

// New returns a source, and asks nothing. Errors: a field of cfg, by its name.
func New(cfg Config) (*Source, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	client, err := adclient.New(adclient.Config{
		URL: cfg.URL, Publisher: cfg.Publisher, Key: cfg.Key, Timeout: cmp.Or(cfg.Timeout, sponsor.Budget), WriteTimeout: cfg.WriteTimeout,
	})
	if err != nil {
		return nil, err
	}
	if len(cfg.Origins) == 0 {
		u, err := url.Parse(cfg.URL)
		if err != nil {
			return nil, fmt.Errorf("address of the ad server: %w", err)
		}
		cfg.Origins = []string{u.Scheme + "://" + u.Host}
	}
	return &Source{client: client, cfg: cfg}, nil
}

// Config is what a storefront is told, with the places that brands have.
func (s *Source) Config(where func(catalog.Brand) []sponsor.Placement) sponsor.Config {
	return sponsor.Config{Source: s, Origins: s.cfg.Origins, Pictures: s.cfg.Pictures, Where: where}
}

// Close ends the connections that are not in use.
func (s *Source) Close() { s.client.Close() }

// Choose implements sponsor.Source.
func (s *Source) Choose(ctx context.Context, w sponsor.Wish) ([]sponsor.Ad, error) {
	r := request(w)
	if w.Personal {
		id, err := s.number(ctx, w.Visitor)
		if err != nil {
			return nil, err
		}
		r.User.ID = id
	}
	answer, err := s.client.Decide(ctx, r)
	s.note(ctx, err)
	if err != nil {
		return nil, err
	}
	var list []sponsor.Ad
	for _, slot := range answer.Slots {
		for _, a := range slot.Ads {
			list = append(list, adOf(sponsor.Placement(slot.ID), a))
		}
	}
	return list, nil
}

// note logs when the server begins to fail and when it is well again, and nothing between.
func (s *Source) note(ctx context.Context, err error) {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, adclient.ErrDown):
	case err != nil && !s.broken.Swap(true):
		s.cfg.Logger.WarnContext(ctx, "no ads", slog.String("error", err.Error()))
	case err == nil && s.broken.Swap(false):
		s.cfg.Logger.InfoContext(ctx, "ads again")
	}
}

// request is what the ad server is asked. Of who has not agreed it learns the page, the browser and the network.
func request(w sponsor.Wish) adclient.Request {
	r := adclient.Request{
		Page: adclient.Page{
			URL: w.Page.URL, Kind: w.Page.Kind, Genres: w.Page.Genres, Event: string(w.Page.Event), Venue: string(w.Page.Venue),
			City: w.Page.City, Country: w.Page.Country, Language: w.Page.Language, Query: w.Page.Query,
		},
		Device: adclient.Device{Agent: w.Agent},
		User:   adclient.User{Consent: adclient.Consent{Personal: w.Personal, GPC: w.Refused}},
	}
	if w.Address.IsValid() {
		r.Device.Address = w.Address.String()
	}
	if w.Personal {
		r.User.Interests, r.User.Followed, r.User.Booked, r.User.Searched = w.Taste.Interests, w.Taste.Followed, w.Taste.Booked, w.Taste.Searched
	}
	for _, p := range w.Places {
		r.Slots = append(r.Slots, adclient.Slot{ID: string(p), Placement: string(p), Count: 1}) // each that is asked for reserves money
	}
	return r
}

// adOf is an ad of the server as pages know it.
func adOf(place sponsor.Placement, a adclient.Ad) sponsor.Ad {
	ad := sponsor.Ad{
		Placement: place, Creative: a.Creative, Kind: sponsor.Kind(a.Kind), Width: a.Width, Height: a.Height, Advertiser: a.Advertiser, Document: a.HTML,
		Click: a.Click, View: a.View, Hide: a.Hide, Why: a.Why,
	}
	if a.Image != nil {
		ad.Picture, ad.Alt = a.Image.Src, a.Image.Alt
	}
	if a.Native != nil {
		ad.Title, ad.Text, ad.Action, ad.Picture = a.Native.Title, a.Native.Body, a.Native.CTA, a.Native.Image
	}
	return ad
}

// Hide implements sponsor.Source.
func (s *Source) Hide(ctx context.Context, token string) error { return s.client.Hide(ctx, token) }

// Forget implements sponsor.Source.
func (s *Source) Forget(ctx context.Context, visitor string) error {
	id, err := s.number(ctx, visitor)
	if err != nil {
		return err
	}
	return s.client.Erase(ctx, id)
}

// number is what the ad server knows a visitor by: the same for him at this publisher, and none from which anybody finds his id, or that
// another publisher has.
func (s *Source) number(ctx context.Context, visitor string) (string, error) {
	secret := s.secret.Load()
	if secret == nil {
		fresh, err := s.cfg.Secret(ctx, "visitors of the ad server")
		if err != nil {
			return "", fmt.Errorf("secret for visitors of the ad server: %w", err)
		}
		secret = &fresh
		s.secret.Store(secret)
	}
	mac := hmac.New(sha256.New, *secret)
	mac.Write([]byte(s.cfg.Publisher + "\x00" + visitor))
	return hex.EncodeToString(mac.Sum(nil)[:16]), nil
}
