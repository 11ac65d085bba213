package adserver

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/consent"
	"github.com/marquee-tickets/marquee/adserver/frequency"
	"github.com/marquee-tickets/marquee/adserver/openrtb"
	"github.com/marquee-tickets/marquee/adserver/token"
	"github.com/marquee-tickets/marquee/bms/money"
)

// Config is how an Engine decides and counts. Dir, Keys and Secret are required.
type Config struct {
	// Node is this program's number among those that share a database: two that run at a time have different ones. Its tokens come back to it.
	Node uint16

	// Dir is the folder of the journal and of what people have seen. It must outlive the program.
	Dir string

	// Keys seal tokens: the first seals, all open.
	Keys []token.Key

	// Secret keys the hashes that people are known by. It has 16 bytes or more; another one makes everybody new.
	Secret []byte

	// Shared says that other nodes spend from the same budgets: this one then spends only what it has leased of them. All nodes of a database say the
	// same. False spends budgets whole, and asks the database for nothing in between: for a database that no other node uses.
	Shared bool

	// GiveUp is how long a node may be silent before the others share out what it had leased. What it had spent by then and not brought to the
	// database is billed to nobody, should it come back. Zero means an hour; under 5 minutes is rejected. Only Shared asks for it.
	GiveUp time.Duration

	// LeaseTimeout bounds what is done with the database at once to lease. Zero means 5 seconds. Only Shared asks for it.
	LeaseTimeout time.Duration

	// ViewFor is how long after a decision a view counts, and its price is reserved. Zero means 5 minutes.
	ViewFor time.Duration

	// VideoFor is ViewFor of video, which waits for its break. Zero means 30 minutes.
	VideoFor time.Duration

	// ClickFor is how long after a decision a click counts; no shorter than the others. Zero means an hour.
	ClickFor time.Duration

	// MostUnseen is how many ads that are reserved for and not seen yet one network may have (/24 of IPv4, /48 of IPv6): beyond it house ads are shown there,
	// and nothing is kept of them, until some are seen or released. It bounds what a script that looks at nothing can hold of budgets, and memory. Zero
	// means 10,000; below zero there is no bound. At most a million.
	MostUnseen int

	// Explore is the share of auctions that are won by a line of which little is known. Zero means 5 %; below zero means none.
	Explore money.Rate

	// Flush is how often the journal is brought to the database. Zero means half a second.
	Flush time.Duration

	// Checkpoint is how often it is saved what people have seen. Zero means half a minute.
	Checkpoint time.Duration

	// Caps bounds the memory of what people have seen.
	Caps frequency.Config

	// Consent is how the signals of consent are read.
	Consent consent.Rules

	// Sensors tell what a request does not say of itself.
	Sensors Sensors

	// Exchange is how the bidders of programmatic lines are asked (package openrtb); its Bidders are those of the lines. Its MostWait is what they add to
	// a decision at most, and Seller.System our domain. Nil asks nobody, and such lines are not served.
	Exchange *openrtb.Config

	// Fragment makes what an answer says of a creative, once for each version of the catalogue; Ad.Fragment has it. Nil makes nothing.
	Fragment func(c ads.Creative, advertiser string) []byte

	// Now is the clock. Nil means the computer's.
	Now func() time.Time

	// Logger gets what goes wrong. Nil discards it.
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	set := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	set(&c.ViewFor, 5*time.Minute)
	set(&c.VideoFor, 30*time.Minute)
	set(&c.ClickFor, time.Hour)
	set(&c.Flush, 500*time.Millisecond)
	set(&c.Checkpoint, 30*time.Second)
	set(&c.GiveUp, time.Hour)
	set(&c.LeaseTimeout, 5*time.Second)
	if c.MostUnseen == 0 {
		c.MostUnseen = defaultUnseen
	}
	if c.Explore == 0 {
		c.Explore = 50_000
	}
	c.Explore = max(c.Explore, 0)
	if c.Caps.Hold == 0 {
		c.Caps.Hold = max(c.ViewFor, c.VideoFor).Truncate(time.Second) + time.Second
	}
	if c.Fragment == nil {
		c.Fragment = func(ads.Creative, string) []byte { return nil }
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // the default of the seam
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// maxView is the longest that a token can say a view counts.
const maxView = 18 * time.Hour

func (c Config) validate() error {
	for name, d := range map[string]time.Duration{
		"ViewFor": c.ViewFor, "VideoFor": c.VideoFor, "ClickFor": c.ClickFor, "Flush": c.Flush, "Checkpoint": c.Checkpoint,
		"LeaseTimeout": c.LeaseTimeout,
	} {
		if d <= 0 {
			return fmt.Errorf("adserver: Config.%s is %s: give a duration above zero, or zero for the default", name, d)
		}
	}
	if err := c.Sensors.validate(); err != nil {
		return err
	}
	switch {
	case c.Dir == "":
		return errors.New("adserver: Config.Dir is missing: name a folder that outlives the program")
	case len(c.Secret) < 16:
		return errors.New("adserver: Config.Secret has fewer than 16 bytes")
	case c.ViewFor > maxView || c.VideoFor > maxView:
		return fmt.Errorf("adserver: Config.ViewFor and VideoFor are at most %s", maxView)
	case c.ClickFor < c.ViewFor || c.ClickFor < c.VideoFor:
		return errors.New("adserver: Config.ClickFor is shorter than ViewFor or VideoFor: who may still see an ad may click it")
	case c.GiveUp < 5*maxSilence:
		return fmt.Errorf("adserver: Config.GiveUp is %s: give %s or more, so that a node has long ceased to spend by then", c.GiveUp, 5*maxSilence)
	case c.MostUnseen > 1_000_000:
		return errors.New("adserver: Config.MostUnseen is more than a million: below zero means no bound")
	case c.Explore > money.Whole:
		return errors.New("adserver: Config.Explore is more than 100 %")
	}
	return nil
}
