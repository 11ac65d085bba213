package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront"
	"github.com/marquee-tickets/marquee/storefront/api"
	"github.com/marquee-tickets/marquee/storefront/throttle"
)

// serveCmd sells tickets in the browser.
type serveCmd struct {
	storage
	previewing
	advertising

	Addr          string        `default:"127.0.0.1:8080" env:"MARQUEE_ADDR" help:"Address and port to listen at. Default: ${default}." placeholder:"HOST:PORT"`
	BaseURL       string        `env:"MARQUEE_BASE_URL" help:"Where browsers reach the storefront, such as https://tickets.example. Default: http:// and the address." placeholder:"URL"`
	Name          string        `default:"Marquee" env:"MARQUEE_NAME" help:"What the storefront is called. Default: ${default}."`
	StrictHosts   bool          `env:"MARQUEE_STRICT_HOSTS" help:"Sell nothing at host names that no brand has. Otherwise everybody's programme is sold there."`
	Brand         string        `env:"MARQUEE_BRAND" help:"Host name of the brand that is also shown at host names that no brand has, with its imprint, privacy page and contacts. Otherwise everybody's programme is sold there, without any." placeholder:"HOST"`
	Demo          bool          `default:"true" negatable:"" env:"MARQUEE_DEMO" help:"Load the demo programme into an empty database and keep it two weeks ahead. --no-demo leaves the database as it is."`
	Inbox         string        `default:"auto" enum:"auto,on,off" env:"MARQUEE_INBOX" help:"Show the mails that were sent at /inbox to anybody who asks: on, off, or auto for only when nobody but this computer can ask. Default: ${default}."`
	TestBank      bool          `env:"MARQUEE_TEST_BANK" help:"Sell at an https:// address although this program takes payment at a test bank alone, where no money moves, and sends its mails to nobody. A shop that sells is a program of yours: see deploy/README.md."`
	Proxies       []proxy       `name:"trusted-proxies" env:"MARQUEE_TRUSTED_PROXIES" help:"Proxies in front, by address or network, whose X-Forwarded-For says whom a request comes from. Without it everybody behind a proxy is one client, who soon asks too often." placeholder:"10.0.0.0/8,…"`
	Partners      []proxy       `name:"partner-networks" env:"MARQUEE_PARTNER_NETWORKS" help:"Addresses or networks of partners' own servers, which hold places for many buyers through the API. How often anybody else asks for places is bounded for each address." placeholder:"192.0.2.0/24,…"`
	GeoIP         string        `name:"geoip" type:"path" env:"MARQUEE_GEOIP" help:"MaxMind database (City or Country, also DB-IP's) that says where visitors seem to be, so that they begin in a city near them. It is read anew when the file changes. Without it they are asked." placeholder:"FILE.mmdb"`
	CatalogLang   string        `name:"catalog-language" default:"en" env:"MARQUEE_CATALOG_LANGUAGE" help:"Language that descriptions of events and venues are written in, as a BCP 47 tag: pages in other languages say it, for screen readers. Default: ${default}." placeholder:"TAG"`
	OperatorToken string        `env:"MARQUEE_OPERATOR_TOKEN" help:"What the operator signs in with at /operator, at least 16 characters: the page cache, failed refunds, undelivered messages, metrics. Without it there are no such pages." placeholder:"TOKEN"`
	Recommend     bool          `default:"true" negatable:"" env:"MARQUEE_RECOMMEND" help:"Suggest what visitors may like. With --no-recommend nothing is suggested, nobody is asked and nothing is kept."`
	GorseURL      string        `name:"gorse-url" env:"MARQUEE_GORSE_URL" help:"Gorse server (v0.5) that is asked for recommendations first, such as http://127.0.0.1:8088. Without it, and while it is down, the engine inside of the program answers." placeholder:"URL"`
	GorseKey      string        `name:"gorse-key" env:"MARQUEE_GORSE_KEY" help:"API key of the Gorse server." placeholder:"KEY"`
	Experiment    string        `enum:",variety,surprise" default:"" env:"MARQUEE_EXPERIMENT" help:"Compare two ways to suggest, half of the visitors each: variety (lists sorted by score alone) or surprise (lists without something different). What it has shown is at /operator/experiments. Without it there is none." placeholder:"NAME"`
	DrainWait     time.Duration `default:"0s" env:"MARQUEE_DRAIN_WAIT" help:"How long to go on serving after being told to stop, while /readyz already says no: as long as a load balancer needs to notice, such as 5s. Default: ${default}." placeholder:"DURATION"`
	GateToken     string        `env:"MARQUEE_GATE_TOKEN" help:"What ticket gates prove themselves with to the API, at least 16 characters. Without it the API checks no tickets." placeholder:"TOKEN"`
}

// Run implements the command.
func (c *serveCmd) Run(ctx context.Context, env environment) error {
	log, err := c.logger(env.err)
	if err != nil {
		return err
	}
	if strings.HasPrefix(strings.ToLower(c.BaseURL), "https://") && !c.TestBank {
		return errGivesAway
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(web.GCPercent)
	}
	// The port first: who has it taken learns that at once, and nothing was changed.
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return listenAdvice(c.Addr, err)
	}
	defer func() { _ = ln.Close() }() // closed by the server when all went well
	unlock, err := c.take()
	if err != nil {
		return err
	}
	defer unlock()
	bank, err := c.bank()
	if err != nil {
		return fmt.Errorf("test bank: %w", err)
	}
	defer func() { _ = bank.Close() }() // every answer it gave is in its journal already
	s, err := c.shop(ctx, bank, c.base(ln.Addr()), log)
	if err != nil {
		return err
	}
	return errors.Join(c.sell(ctx, env, s, ln), s.close())
}

// errGivesAway refuses to open a shop to everybody that takes no money.
var errGivesAway = errors.New("--base-url is an address for everybody, and this program takes payment at its test bank alone, where no money moves: anybody would get tickets for nothing. " +
	"To show a shop that is none, add --test-bank. To sell, give package storefront a gateway and a sender of mails in a program of yours")

// sell shows the shop to browsers until ctx ends.
func (c *serveCmd) sell(ctx context.Context, env environment, s *shop, ln net.Listener) error {
	if c.Demo {
		if err := loadDemo(ctx, s.client, env.out); err != nil {
			return fmt.Errorf("load the demo programme: %w", err)
		}
	}
	brands, err := s.client.Catalog.Brands(ctx)
	if err != nil {
		return fmt.Errorf("brands: %w", err)
	}
	if err := isShown(brands, c.Brand); err != nil {
		return err
	}
	places := geo.New(c.GeoIP, geo.Config{Logger: s.log})
	if err := places.Reload(); err != nil {
		return geoAdvice(c.GeoIP, err)
	}
	cfg := c.shopConfig(s, ln.Addr(), places)
	ads, err := c.ads(s.client.Secret, c.Demo, s.log)
	if err != nil {
		return err
	}
	cfg.Ads = ads
	front, err := storefront.New(s.client, cfg)
	if err != nil {
		return err
	}
	defer front.Close()
	server, err := web.New(front.Handler, web.Config{
		BaseURL: s.base, TrustedProxies: networks(c.Proxies), DrainWait: c.DrainWait, Ready: s.client.Ready, Fail: front.Fail, Quick: front.Quick, Draining: front.Drain, Logger: s.log,
	})
	if err != nil {
		return err
	}
	c.greet(env, s.base, ln.Addr(), brands)
	err = serve(ctx, server, ln, append(s.background(), front.Run, follow(places))...)
	fmt.Fprintln(env.out, "Stopped.")
	return err
}

// shopConfig is what the storefront is told.
func (c *serveCmd) shopConfig(s *shop, addr net.Addr, places *geo.DB) storefront.Config {
	cfg := storefront.Config{
		Name: c.Name, BaseURL: s.base, Places: places, StrictHosts: c.StrictHosts, Brand: c.Brand, PreviewSecret: c.PreviewSecret, Inbox: c.inbox(addr), Sandbox: s.bank,
		OperatorToken: c.OperatorToken, CatalogLanguage: c.CatalogLang, Logger: s.log,
		API: api.Config{GateToken: c.GateToken, Throttle: throttle.New(s.client.Now, networks(c.Partners)...), Logger: s.log},
	}
	if s.adv != nil {
		cfg.Recommender = s.adv
		if c.Experiment != "" {
			cfg.Experiments = s.adv
		}
	}
	return cfg
}

// isShown says what is wrong with a brand that is to be shown at host names that no brand has; nil when a live one has its host name, or none is asked for.
func isShown(brands []catalog.Brand, host string) error {
	has := func(b catalog.Brand) bool { return slices.Contains(b.Hosts, strings.ToLower(host)) }
	switch {
	case host == "" || slices.ContainsFunc(brands, func(b catalog.Brand) bool { return b.Live() && has(b) }):
		return nil
	case slices.ContainsFunc(brands, has):
		return fmt.Errorf("--brand: the brand at %q is a draft, which nobody is shown", host)
	}
	return &advice{err: fmt.Errorf("--brand: there is no brand at %q", host), try: brandsAdvice(brands)}
}

// follow takes up new editions of a database of places.
func follow(places *geo.DB) func(context.Context) error {
	return func(ctx context.Context) error {
		places.Run(ctx)
		return nil
	}
}

// serve answers requests and does the background work until ctx ends. The background
// work goes on while the last requests are answered.
func serve(ctx context.Context, server *web.Server, ln net.Listener, background ...func(context.Context) error) error {
	back, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var work sync.WaitGroup
	ended := make([]error, len(background))
	for i, run := range background {
		work.Go(func() {
			if err := run(back); !errors.Is(err, context.Canceled) {
				ended[i] = err
			}
		})
	}
	err := server.Serve(ctx, ln)
	stop()
	work.Wait()
	return errors.Join(err, errors.Join(ended...))
}

// base is where browsers reach the storefront.
func (c *serveCmd) base(addr net.Addr) string {
	if c.BaseURL != "" {
		return strings.TrimRight(c.BaseURL, "/")
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// inbox reports whether mails are shown.
func (c *serveCmd) inbox(addr net.Addr) bool {
	if c.Inbox != "auto" {
		return c.Inbox == "on"
	}
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback() && c.BaseURL == "" && len(c.Proxies) == 0 // a proxy on this computer asks for others
}

// greet says where the storefront is and what to try.
func (c *serveCmd) greet(env environment, base string, addr net.Addr, brands []catalog.Brand) {
	where := "in " + c.sqliteFile()
	if c.Database != "" {
		where = "in PostgreSQL"
	}
	fmt.Fprintf(env.out, "\n%s sells tickets at %s\n\n", c.Name, base)
	fmt.Fprintln(env.out, "  Book seats         "+base+"/            (pay at the test bank: no money moves)")
	fmt.Fprintln(env.out, "  Find a booking     "+base+"/bookings")
	if c.inbox(addr) {
		fmt.Fprintln(env.out, "  Read its mails     "+base+"/inbox")
	}
	if c.OperatorToken != "" {
		fmt.Fprintln(env.out, "  Run it             "+base+"/operator")
	}
	fmt.Fprintln(env.out, "  Write a program    "+base+"/api/openapi.json")
	if c.BaseURL == "" {
		greetBrands(env, addr, brands)
	}
	fmt.Fprintf(env.out, "\nEverything is kept %s. Stop with Ctrl+C.\n", where)
}

// greetBrands says where the brands are whose host names lead to this computer by themselves.
func greetBrands(env environment, addr net.Addr, brands []catalog.Brand) {
	_, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return
	}
	for _, b := range brands {
		if i := slices.IndexFunc(b.Hosts, func(host string) bool { return strings.HasSuffix(host, ".localhost") }); i >= 0 && b.Live() {
			fmt.Fprintf(env.out, "  %-18s http://%s\n", short(b.Name, 18), net.JoinHostPort(b.Hosts[i], port))
		}
	}
}

// short is a text of at most so many characters.
func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
