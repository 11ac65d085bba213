package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/api"
	"github.com/marquee-tickets/marquee/adserver/auction"
	"github.com/marquee-tickets/marquee/adserver/fraud"
	"github.com/marquee-tickets/marquee/adserver/portal"
	"github.com/marquee-tickets/marquee/adserver/portal/domains"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/internal/sandboxpage"
	"github.com/marquee-tickets/marquee/internal/web"
)

// drainFor is how long the last of the journal may take to reach the database when the server stops.
const drainFor = 30 * time.Second

var errNoPage = fault.NotFoundf("there is no such page")

// pages puts together what the server answers: the API before anything is made for a request, and pages for people.
func (s *server) pages(cfg *web.Config, secret []byte) (fasthttp.RequestHandler, error) {
	keys, err := derive(secret, "publishers")
	if err != nil {
		return nil, err
	}
	if err := s.openBank(secret); err != nil {
		return nil, err
	}
	if s.portal, err = portal.New(s.portalConfig(keys)); err != nil {
		return nil, err
	}
	serving := api.New(api.Config{
		Engine: s.engine, BaseURL: s.base, Assets: s.db, Secret: keys, Client: cfg.Client, Staff: s.portal.SignedIn, Peers: s.cmd.Peers,
		Contact: s.cmd.Contact, MetricsToken: s.cmd.MetricsToken, Logger: s.log,
	})
	cfg.Quick, cfg.MaxBody, cfg.Fail = serving.Serve, portal.MaxBody, s.portal.Fail
	return func(rc *fasthttp.RequestCtx) {
		switch path := string(rc.Path()); {
		case path == "/":
			web.Redirect(rc, portal.Prefix)
		case path == portal.Prefix || strings.HasPrefix(path, portal.Prefix+"/"):
			s.portal.Handler(rc)
		case s.bank != nil && strings.HasPrefix(path, "/sandbox/"):
			sandboxpage.Serve(rc, s.bank)
		default:
			web.WriteProblem(rc, errNoPage)
		}
	}, nil
}

// testBank is whether advertisers pay at the test bank: where it was not asked for, only the demo takes what is no money.
func (c *serveCmd) testBank() bool { return c.TestBank || c.Demo && c.Database == "" }

// openBank opens the test bank, whose books are in the data folder, where there is to be one.
func (s *server) openBank(secret []byte) error {
	if !s.cmd.testBank() {
		return nil
	}
	key, err := derive(secret, "test bank")
	if err != nil {
		return err
	}
	s.bank, err = sandbox.New(sandbox.Config{Secret: key, Journal: filepath.Join(s.cmd.Data, "sandbox.journal")})
	if err != nil {
		return fmt.Errorf("test bank: %w", err)
	}
	return nil
}

func (s *server) portalConfig(keys []byte) portal.Config {
	c := portal.Config{
		Store: s.db, BaseURL: s.base, Domains: s.domains(), Why: s.why, Delivery: s.delivery, Compare: compare, Closed: s.cmd.Closed, Logger: s.log,
		ReasonName:    func(r uint8) string { return fraud.Reason(r).Description() },
		ConversionKey: func(a ads.AdvertiserID) string { return api.ConversionKey(keys, a) },
	}
	if s.bank != nil { // a nil one would be no nil interface
		c.Gateway = s.bank
	}
	return c
}

// domains checks domains as on the internet. With the demo, names below .example, which belong to nobody (RFC 2606, section 2), prove themselves, so that
// a campaign can be tried from its beginning to its end.
func (s *server) domains() portal.DomainChecker {
	checker := domains.New(domains.Config{})
	if !s.cmd.Demo {
		return checker
	}
	return demoDomains{checker}
}

type demoDomains struct{ portal.DomainChecker }

// Check implements portal.DomainChecker.
func (d demoDomains) Check(ctx context.Context, domain, proof string) (bool, error) {
	if ads.Within(domain, "example") {
		return true, nil
	}
	return d.DomainChecker.Check(ctx, domain, proof)
}

// why says what the engine knows of why a line is not served.
func (s *server) why(_ context.Context, line ads.LineID) ([]portal.Reason, error) {
	delivery, ok := s.engine.Explain(line)
	if !ok {
		return nil, nil
	}
	var list []portal.Reason
	for _, o := range delivery.Obstacles {
		list = append(list, portal.Reason{Text: o.Text})
	}
	return list, nil
}

// delivery is what became of a line on this node.
func (s *server) delivery(line ads.LineID) (portal.Delivery, bool) {
	found, ok := s.engine.Explain(line)
	d := portal.Delivery{Since: found.Since, Pace: found.Pace}
	if len(s.cmd.Peers) > 0 || s.cmd.Shared {
		d.Node = strconv.Itoa(int(s.cmd.Node))
	}
	for fate, times := range found.Fates {
		d.Fates = append(d.Fates, portal.Fate{Text: adserver.Fate(fate).String(), Times: int64(times)})
	}
	return d, ok
}

// alpha is how often any of the intervals of a line's creatives may be wrong, taken together.
const alpha = 0.05

// compare judges the creatives of a line against the one that is clicked most.
func compare(arms []portal.Arm) portal.Verdict {
	v := portal.Verdict{Sentence: "None is shown to be better so far: chance can explain the difference."}
	best := 0
	for i, a := range arms {
		if rate(a) > rate(arms[best]) {
			best = i
		}
	}
	beaten := 0
	for i, a := range arms {
		c, err := auction.Compare(clicks(a), clicks(arms[best]), 2*alpha/float64(max(len(arms), 2)))
		if err != nil {
			return portal.Verdict{Sentence: "The figures cannot be compared."}
		}
		v.Intervals = append(v.Intervals, [2]float64{c.First.Low, c.First.High})
		if i != best && c.Verdict == auction.Better {
			beaten++
		}
	}
	if len(arms) > 1 && beaten == len(arms)-1 {
		v.Better = arms[best].Creative
		v.Sentence = "One is clicked more often than each of the others, and chance does not explain it."
	}
	return v
}

func rate(a portal.Arm) float64 { return float64(a.Clicks) / float64(max(a.Views, 1)) }

func clicks(a portal.Arm) auction.ClickRate {
	views := max(a.Views, 0)
	return auction.ClickRate{Views: uint64(views), Clicks: uint64(min(max(a.Clicks, 0), views))}
}
