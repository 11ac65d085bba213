package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/api"
	"github.com/marquee-tickets/marquee/adserver/consent"
	"github.com/marquee-tickets/marquee/adserver/device"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/openrtb"
	"github.com/marquee-tickets/marquee/adserver/portal"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/token"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/internal/geo"
	"github.com/marquee-tickets/marquee/internal/web"
)

// serveCmd serves ads.
type serveCmd struct {
	storage
	traffic

	Addr     string            `default:"127.0.0.1:8090" env:"MARQUEE_ADS_ADDR" help:"Address and port to listen at. Default: ${default}." placeholder:"HOST:PORT"`
	BaseURL  string            `env:"MARQUEE_ADS_BASE_URL" help:"Where browsers reach the server, such as https://ads.example. Default: http:// and the address." placeholder:"URL"`
	Node     uint16            `env:"MARQUEE_ADS_NODE" help:"Number of this node among those that share a database, each with a data folder of its own. Default: 0."`
	Shared   bool              `env:"MARQUEE_ADS_SHARED" help:"Spend from budgets by leases, because other nodes spend from them as well. Always with --database."`
	Peers    map[uint16]string `env:"MARQUEE_ADS_PEERS" help:"Where browsers reach the other nodes, by number: 1=https://ads1.example;2=…. A view or click whose ad another node chose is sent there." placeholder:"N=URL;…"`
	Proxies  []netip.Prefix    `name:"trusted-proxies" env:"MARQUEE_ADS_TRUSTED_PROXIES" help:"Networks of the proxies in front, whose X-Forwarded-For says whom a request comes from." placeholder:"10.0.0.0/8,…"`
	Vendor   uint16            `env:"MARQUEE_ADS_VENDOR" help:"Our number on the IAB's Global Vendor List. Default: none, as the publisher's own ad server." placeholder:"N"`
	Closed   bool              `env:"MARQUEE_ADS_CLOSED" help:"Nobody can sign up at the portal: an administrator makes all members."`
	Contact  string            `env:"MARQUEE_ADS_CONTACT" help:"E-mail address for who asks about ads.txt and sellers.json. Without it there is no sellers.json." placeholder:"ADDRESS"`
	Demo     bool              `default:"true" negatable:"" env:"MARQUEE_ADS_DEMO" help:"Load a demo set of campaigns into an empty database. --no-demo leaves it empty."`
	TestBank bool              `env:"MARQUEE_ADS_TEST_BANK" help:"Let advertisers pay at a test bank, where no money moves. Always with the demo, unless there is a --database. Without it nobody can top up, unless a program of yours brings a gateway."`

	MostUnseen   int           `env:"MARQUEE_ADS_MOST_UNSEEN" help:"How many ads that are paid for and not seen yet one network (/24, /48) may have: beyond it house ads are shown there, so that no script holds budgets empty. Below zero: any number. Default: 10,000." placeholder:"N"`
	BidderWait   time.Duration `env:"MARQUEE_ADS_BIDDER_WAIT" help:"How long the outside bidders of programmatic lines are waited for, such as 30ms: what a decision may take longer where such a line could be shown. Default: they are not asked." placeholder:"TIME"`
	MetricsToken string        `env:"MARQUEE_ADS_METRICS_TOKEN" help:"What a monitoring system shows to read /metrics: Authorization: Bearer TOKEN. Without it there is no such page." placeholder:"TOKEN"`
}

// traffic is by what invalid traffic is known.
type traffic struct {
	GeoIP       string `name:"geoip" type:"path" env:"MARQUEE_GEOIP" help:"MaxMind database (City or Country) that says where people seem to be. It is read anew when the file changes." placeholder:"FILE.mmdb"`
	ASN         string `name:"asn" type:"path" env:"MARQUEE_ASN" help:"MaxMind database (ASN or ISP) that says whose network an address is in." placeholder:"FILE.mmdb"`
	Anonymous   string `name:"anonymous-ip" type:"path" env:"MARQUEE_ANONYMOUS_IP" help:"MaxMind database (Anonymous IP) of proxies and hosting." placeholder:"FILE.mmdb"`
	DataCentres string `name:"data-centres" type:"path" env:"MARQUEE_ADS_DATA_CENTRES" help:"List of networks where machines are rented, one a line: 203.0.113.0/24 or AS64496. Also read anew, as the next three are." placeholder:"FILE"`
	Hidden      string `name:"anonymous-networks" type:"path" env:"MARQUEE_ADS_ANONYMOUS_NETWORKS" help:"List of networks of proxies and of Tor." placeholder:"FILE"`
	Networks    string `name:"blocked-networks" type:"path" env:"MARQUEE_ADS_BLOCKED_NETWORKS" help:"List of networks that never count." placeholder:"FILE"`
	Agents      string `name:"blocked-agents" type:"path" env:"MARQUEE_ADS_BLOCKED_AGENTS" help:"List of user agents that never count, one a line." placeholder:"FILE"`
	Roaming     bool   `env:"MARQUEE_ADS_ROAMING" help:"Count what is seen from another network than it was asked for from, as by people who leave the house with a page open."`
}

// Run implements the command.
func (c *serveCmd) Run(ctx context.Context, env environment) error {
	log, err := c.logger(env.err)
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(web.GCPercent)
	}
	// The port first: who has it taken learns that at once, and nothing was changed.
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("%w: choose another address with --addr, such as 127.0.0.1:0 for any free port", err)
	}
	defer func() { _ = ln.Close() }() // closed by the server when all went well
	unlock, err := c.take()
	if err != nil {
		return err
	}
	defer unlock()
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	s := &server{cmd: c, env: env, log: log, db: db, base: c.base(ln.Addr())}
	return errors.Join(s.serve(ctx, ln), db.Close())
}

func (c *serveCmd) base(addr net.Addr) string {
	if c.BaseURL != "" {
		return c.BaseURL
	}
	return "http://" + addr.String()
}

// server is a running ad server.
type server struct {
	cmd    *serveCmd
	env    environment
	log    *slog.Logger
	db     *store.DB
	base   string
	engine *adserver.Engine
	bank   *sandbox.Gateway // nil without the test bank
	portal *portal.Portal
	tables []table
}

// table is something that is read anew when its file changes.
type table interface {
	Reload() error
	Run(ctx context.Context)
}

// serve answers requests until ctx ends, and then brings everything to the database.
func (s *server) serve(ctx context.Context, ln net.Listener) error {
	secret, err := s.cmd.secret()
	if err != nil {
		return err
	}
	sensors, err := s.sensors(secret)
	if err != nil {
		return err
	}
	if s.cmd.Demo {
		if err := loadDemo(ctx, s.db); err != nil {
			return fmt.Errorf("load the demo campaigns: %w", err)
		}
	}
	keys, err := derive(secret, "tokens")
	if err != nil {
		return err
	}
	people, err := derive(secret, "people")
	if err != nil {
		return err
	}
	s.engine, err = adserver.Open(ctx, s.db, adserver.Config{
		Node: s.cmd.Node, Shared: s.cmd.Shared || s.cmd.Database != "", Dir: s.cmd.Data, Keys: []token.Key{{Secret: keys}}, Secret: people,
		Consent: consent.Rules{Vendor: s.cmd.Vendor}, Sensors: sensors, Fragment: api.Fragment(s.base), Exchange: s.exchange(), Logger: s.log, MostUnseen: s.cmd.MostUnseen,
	})
	if err != nil {
		return err
	}
	err = s.answer(ctx, ln, secret)
	// What was acknowledged is in the journal in any case; now it reaches the database, too.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainFor)
	defer cancel()
	return errors.Join(err, s.engine.Close(last))
}

// exchange is how outside bidders are asked; nil when they are not. We are known to them by the name that the server is reached by.
func (s *server) exchange() *openrtb.Config {
	if s.cmd.BidderWait == 0 {
		return nil
	}
	c := &openrtb.Config{MostWait: s.cmd.BidderWait, Logger: s.log}
	if u, err := url.Parse(s.base); err == nil {
		c.Seller.System, _ = ads.Domain("", u.Hostname()) // without a name there is no link in the chain
	}
	return c
}

// answer runs the server and the engine's own work until ctx ends.
func (s *server) answer(ctx context.Context, ln net.Listener, secret []byte) error {
	cfg := web.Config{
		BaseURL: s.base, TrustedProxies: s.cmd.Proxies, Ready: func(context.Context) error { return s.engine.Healthy() }, Logger: s.log,
	}
	handler, err := s.pages(&cfg, secret)
	if err != nil {
		return err
	}
	server, err := web.New(handler, cfg)
	if err != nil {
		return err
	}
	s.greet()
	work, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	all.Go(func() { _ = s.engine.Run(work) })
	if s.bank != nil {
		all.Go(func() { _ = s.bank.Run(work) })
	}
	all.Go(func() { s.reconcile(work) })
	for _, t := range s.tables {
		all.Go(func() { t.Run(work) })
	}
	err = server.Serve(ctx, ln)
	stop()
	all.Wait()
	fmt.Fprintln(s.env.out, "Stopped.")
	if s.bank != nil {
		err = errors.Join(err, s.bank.Close())
	}
	return err
}

// reconcile asks about payments whose outcome is not known, every minute.
func (s *server) reconcile(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := errors.Join(s.portal.Reconcile(ctx), s.db.Prune(ctx)); err != nil && ctx.Err() == nil {
				s.log.ErrorContext(ctx, "payments or old data", slog.String("error", err.Error()))
			}
		}
	}
}

// sensors opens what tells people from others.
func (s *server) sensors(secret []byte) (adserver.Sensors, error) {
	key, err := derive(secret, "traffic")
	if err != nil {
		return adserver.Sensors{}, err
	}
	devices, err := device.New(device.Config{})
	if err != nil {
		return adserver.Sensors{}, err
	}
	c := s.cmd.traffic
	log := geo.Config{Logger: s.log}
	places, providers, proxies := geo.New(c.GeoIP, log), geo.NewProviders(c.ASN, log), geo.NewProxies(c.Anonymous, log)
	filter, err := fraud.New(fraud.Config{
		Key: key, Proxies: proxies, Providers: providers, Roaming: c.Roaming, Logger: s.log,
		Files: fraud.Files{Networks: c.Networks, DataCentres: c.DataCentres, Anonymous: c.Hidden, Agents: c.Agents},
	})
	if err != nil {
		return adserver.Sensors{}, fmt.Errorf("lists of invalid traffic: %w", err)
	}
	s.tables = []table{places, providers, proxies, filter}
	for _, t := range s.tables {
		if err := t.Reload(); err != nil {
			return adserver.Sensors{}, err
		}
	}
	return adserver.Sensors{Devices: devices, Places: places, Fraud: filter}, nil
}

// greet says where everything is.
func (s *server) greet() {
	fmt.Fprintf(s.env.out, "Ads are served at %s\nPortal: %s/portal\n", s.base, s.base)
	if s.bank != nil {
		fmt.Fprint(s.env.out, "Top-ups are paid at a test bank: no money moves.\n")
	} else {
		fmt.Fprint(s.env.out, "Nobody can top up: there is no payment service (docs/adserver.md, Payments).\n")
	}
	if s.cmd.Demo {
		fmt.Fprint(s.env.out, demoGreeting)
	}
}
