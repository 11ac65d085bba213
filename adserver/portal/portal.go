package portal

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/account"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/internal/web"
)

// Prefix begins the paths of all pages.
const Prefix = "/portal"

// MaxBody is what the server has to take, in bytes: an upload, and the form around it.
const MaxBody = maxUpload + 256<<10

// Reason is one thing that keeps a line from being served.
type Reason struct {
	Text string // one sentence: "Its budget of today is spent."
	Path string // the page where it can be helped, below Prefix; empty when there is none
}

// Arm is one creative of a line, as its siblings are compared with it.
type Arm struct {
	Creative      ads.CreativeID
	Views, Clicks int64
}

// Verdict is what comparing the creatives of a line says. It holds however often one looks.
type Verdict struct {
	Intervals [][2]float64   // click rate of each arm, in the order given: least and most, 0 to 1
	Better    ads.CreativeID // zero while it is open
	Sentence  string         // what may be concluded so far
}

// DomainChecker looks whether a domain shows a proof: as a TXT record in its DNS, or at ads.ProofPath.
type DomainChecker interface {
	Check(ctx context.Context, domain, proof string) (bool, error)
}

// Config is what the pages stand on. Store and BaseURL are required.
type Config struct {
	Store *store.DB

	// BaseURL is where browsers reach the server: "https://ads.example", without a slash at the end.
	BaseURL string

	// Gateway takes the payments of advertisers. Nil means that nobody can top up.
	Gateway payment.Gateway

	// Domains checks that an advertiser's domain is its own. Nil means that nothing is found.
	Domains DomainChecker

	// Why says what keeps a line from being served that is not plain from what is stored; it is asked only when nothing of that does. Nil adds nothing.
	Why func(ctx context.Context, line ads.LineID) ([]Reason, error)

	// Delivery says what became of a line in requests for ads, false when that is not known. Nil shows nothing.
	Delivery func(line ads.LineID) (Delivery, bool)

	// Preview returns the document of a creative as it is seen at a placement of a size. Nil means a plain one.
	Preview func(c ads.Creative, size ads.Size) string

	// Compare judges the creatives of a line. Nil shows their figures alone.
	Compare func(arms []Arm) Verdict

	// ConversionKey is what an advertiser's server proves itself with when it tells of conversions. Nil shows no key.
	ConversionKey func(ads.AdvertiserID) string

	// ReasonName is a reason of invalid traffic in words. Nil means "reason 3".
	ReasonName func(reason uint8) string

	// CheckTargeting returns an Invalid fault about "targeting" for what is no expression. Nil means that of package targeting.
	CheckTargeting func(expression string) error

	// TargetingLists returns what an expression includes and excludes of each dimension, so that its form can show it as lists; false for one
	// that lists cannot say. Nil means those of package targeting.
	TargetingLists func(expression string) (include, exclude map[string][]string, ok bool)

	// PasswordCost is how much work a hash of a password is. Zero means that of package account.
	PasswordCost account.Cost

	// Closed means that nobody can sign up: an administrator makes all members.
	Closed bool

	// Now is the clock. Nil means the computer's.
	Now func() time.Time

	// Logger gets errors that are not the member's. Nil discards them.
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	if c.Domains == nil {
		c.Domains = noDomains{}
	}
	if c.Why == nil {
		c.Why = func(context.Context, ads.LineID) ([]Reason, error) { return nil, nil }
	}
	if c.Delivery == nil {
		c.Delivery = func(ads.LineID) (Delivery, bool) { return Delivery{}, false }
	}
	if c.Preview == nil {
		c.Preview = plainPreview
	}
	if c.ConversionKey == nil {
		c.ConversionKey = func(ads.AdvertiserID) string { return "" }
	}
	if c.ReasonName == nil {
		c.ReasonName = func(reason uint8) string { return fmt.Sprintf("reason %d", reason) }
	}
	if c.CheckTargeting == nil {
		c.CheckTargeting = checkTargeting
	}
	if c.TargetingLists == nil {
		c.TargetingLists = targetingLists
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // the default of the seam
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c Config) validate() error {
	if c.Store == nil {
		return fault.Invalidf("store", "is missing")
	}
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || c.BaseURL != u.Scheme+"://"+u.Host {
		return fault.Invalidf("base_url", "must be like https://ads.example, without a slash at the end")
	}
	return nil
}

// noDomains finds no proof.
type noDomains struct{}

func (noDomains) Check(context.Context, string, string) (bool, error) { return false, nil }

// Portal answers the requests of members. It is safe for concurrent use.
type Portal struct {
	cfg     Config
	db      *store.DB
	keeper  *account.Keeper
	limits  limits
	routes  []route
	byCount map[int][]*route
	round   round
}

// New returns the pages. It starts nothing. Error: an Invalid fault that names the field of cfg.
func New(cfg Config) (*Portal, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	p := &Portal{
		cfg: cfg, db: cfg.Store, keeper: account.NewKeeper(cfg.PasswordCost), limits: newLimits(cfg.Now), routes: routes(),
		byCount: map[int][]*route{},
	}
	for i := range p.routes {
		r := &p.routes[i]
		r.parts = split(r.path)
		p.byCount[len(r.parts)] = append(p.byCount[len(r.parts)], r)
	}
	return p, nil
}

// Handler answers a request for any path below Prefix, and 404 for all others. It belongs inside a web.Server; where one cannot be, since the
// same server takes what other sites send, requests of other sites are refused here all the same, and answers have the same headers.
func (p *Portal) Handler(rc *fasthttp.RequestCtx) {
	if web.RequestID(rc) == "" {
		ctx, cancel := context.WithTimeout(context.Background(), alone)
		defer cancel()
		web.Detach(ctx, rc, strings.HasPrefix(p.cfg.BaseURL, "https://"))
	}
	h := &rc.Response.Header
	h.Set(fasthttp.HeaderCacheControl, "no-store")
	h.Set("X-Robots-Tag", "noindex")
	h.Set(fasthttp.HeaderContentSecurityPolicy, contentPolicy)
	r := &request{rc: rc, ctx: web.Context(rc), p: p}
	if err := p.serve(r); err != nil {
		p.fail(r, err)
	}
}

// alone is how long a request may take outside a web.Server.
const alone = 15 * time.Second

// SignedIn reports whether a request is of somebody who is signed in, so that what members see and click of their own ads is not billed. It asks the
// database about requests with a member's cookie alone, and says no when that does not answer.
func (p *Portal) SignedIn(rc *fasthttp.RequestCtx) bool {
	r := &request{rc: rc, ctx: web.Context(rc), p: p}
	return r.recognise() == nil && !r.who.none()
}

// Fail writes the page for an error that a server met before the handler.
func (p *Portal) Fail(rc *fasthttp.RequestCtx, err error) {
	p.fail(&request{rc: rc, ctx: web.Context(rc), p: p}, err)
}

// contentPolicy is that of package web, with videos.
const contentPolicy = "default-src 'self'; img-src 'self' data: https:; media-src 'self' https:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'"

func (p *Portal) now() time.Time { return p.cfg.Now().UTC().Truncate(time.Microsecond) }
