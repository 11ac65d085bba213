package fraud

import (
	"crypto/sha256"
	"log/slog"
	"net/netip"
	"slices"
	"time"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/geo"
)

// Config is what a Filter judges by. Only Key is needed.
type Config struct {
	// Key makes the hashes of networks and agents: at least 16 bytes that nobody knows, the same on every node. With another key, events of ads that
	// are out count as those of others.
	Key []byte

	// Internal are the networks of those who run the site or the server; what comes from there never counts. None are by default, not even
	// loopback: Private has those that no people come from.
	Internal []netip.Prefix

	// Files are lists that are read by New and, when they have changed, by Run.
	Files Files

	// Proxies and Providers say which addresses hide, and whose they are. Nil where there is no such database.
	Proxies   *geo.Proxies
	Providers *geo.Providers

	// ClickAfter is how long after its view an ad may be clicked on at the earliest. Zero means 300 ms; negative that any time is late enough.
	ClickAfter time.Duration

	// ViewAfter is how long after it was decided on an ad may have been seen at the earliest. Zero means that any time is late enough, for pages may
	// show what was decided on before.
	ViewAfter time.Duration

	// Roaming says that an ad may be seen from another network than it was decided on for, as when people leave their homes with a long page open.
	Roaming bool

	// User, Network and Provider bound how often each does what. A zero Rate means the one below; one with a negative Burst, no bound.
	//
	//	            views                clicks, conversions
	//	user        240, then 2 a second  10, then 1 in 10 seconds
	//	network   2,000, then 50 a second 60, then 1 a second
	//	provider  no bound               no bound
	User, Network, Provider Rates

	// Slots is how many users, networks and providers are counted at the same time, rounded up to a power of two. Zero means 262,144, which take
	// 4.5 MB; at most 16 million. When more do something at once, those that have done the least of late are forgotten.
	Slots int

	// Every is how often Run looks whether a list has changed. Zero means a minute.
	Every time.Duration

	// Logger is told of lists taken up and of those that cannot be read. Nil discards it.
	Logger *slog.Logger
}

const (
	minKey    = 16
	keyLength = sha256.Size
	maxSlots  = 1 << 24
)

// Private returns the networks that no visitor from the internet is in: loopback, link-local and private ones. They may be internal ones
// where no proxy hides the addresses of visitors. Source: RFC 1918, RFC 3927, RFC 4193, RFC 4291.
func Private() []netip.Prefix {
	var list []netip.Prefix
	for _, s := range [...]string{
		"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10",
	} {
		list = append(list, netip.MustParsePrefix(s))
	}
	return list
}

func (c Config) withDefaults() Config {
	if c.ClickAfter == 0 {
		c.ClickAfter = 300 * time.Millisecond
	}
	const never = -1
	c.User = c.User.or(Rates{{240, time.Second / 2}, {10, 10 * time.Second}, {10, 10 * time.Second}})
	c.Network = c.Network.or(Rates{{2000, time.Second / 50}, {60, time.Second}, {60, time.Second}})
	c.Provider = c.Provider.or(Rates{{Burst: never}, {Burst: never}, {Burst: never}})
	if c.Slots == 0 {
		c.Slots = 1 << 18
	}
	if c.Every == 0 {
		c.Every = time.Minute
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

func (c Config) validate() error {
	switch {
	case len(c.Key) < minKey:
		return fault.Invalidf("Key", "must have at least %d bytes", minKey)
	case c.Slots < 1 || c.Slots > maxSlots:
		return fault.Invalidf("Slots", "must be between 1 and %d", maxSlots)
	case c.Every < 0:
		return fault.Invalidf("Every", "must not be negative")
	case c.ViewAfter < 0:
		return fault.Invalidf("ViewAfter", "must not be negative")
	case slices.ContainsFunc(c.Internal, func(p netip.Prefix) bool { return !p.IsValid() }):
		return fault.Invalidf("Internal", "has a network that is none")
	}
	for _, r := range [...]struct {
		field string
		rates Rates
	}{{"User", c.User}, {"Network", c.Network}, {"Provider", c.Provider}} {
		if err := r.rates.validate(); err != nil {
			return err.In(r.field)
		}
	}
	return nil
}

// Filter classifies events. It is safe for concurrent use; Classify allocates nothing.
type Filter struct {
	cfg      Config
	key      [keyLength]byte
	internal *Networks
	lists    lists
	rates    *table
}

// New returns a filter that has read its lists. Errors: a fault that names the field of cfg, or what is wrong with a list.
func New(cfg Config) (*Filter, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	f := &Filter{cfg: cfg, key: sha256.Sum256(cfg.Key), internal: &Networks{}, rates: newTable(cfg.Slots)}
	for _, p := range cfg.Internal {
		f.internal.add(p)
	}
	f.lists = cfg.Files.lists(cfg.Logger)
	if err := f.Reload(); err != nil {
		return nil, err
	}
	return f, nil
}

// Classify says whether an event counts. It keeps nothing of e. It is asked once for each event, for what counts is noted as done by its user, its network and
// its provider; what one of these has done too often is noted for those before it in this order.
func (f *Filter) Classify(e *Event) Reason {
	ip := e.IP.Unmap().WithZone("")
	if r := f.meant(e, ip); r != OK {
		return r
	}
	if r := f.pace(e); r != OK {
		return r
	}
	if e.ByServer {
		return f.rate(e, netip.Addr{}, 0)
	}
	by := f.cfg.Providers.Lookup(ip).Number
	if r := f.from(e, ip, by); r != OK {
		return r
	}
	if r := f.same(e, ip); r != OK {
		return r
	}
	return f.rate(e, ip, by)
}

// meant finds what says of itself that it is not to count.
func (f *Filter) meant(e *Event, ip netip.Addr) Reason {
	switch {
	case e.Forced:
		return Forced
	case !e.ByServer && f.internal.Contains(ip, 0):
		return Internal
	case e.Staff:
		return Staff
	case e.ByServer:
		return OK
	case e.Ahead.Fetched():
		return Prefetch
	case e.Device.Bot:
		return BotAgent
	case !e.Device.Known:
		return UnknownAgent
	}
	return OK
}

// pace finds what was not done in the order and the time of people.
func (f *Filter) pace(e *Event) Reason {
	switch {
	case e.Kind == View && !e.Issued.IsZero() && e.Now.Sub(e.Issued) < f.cfg.ViewAfter:
		return TooFast
	case e.Kind == View:
		return OK
	case e.Viewed.IsZero():
		return ClickWithoutView
	case e.Now.Sub(e.Viewed) < f.cfg.ClickAfter:
		return TooFast
	}
	return OK
}

// from finds whom and where an event should not come from.
func (f *Filter) from(e *Event, ip netip.Addr, provider uint32) Reason {
	if f.lists.agents.get().Contains(e.Agent) {
		return BlockedAgent
	}
	if f.lists.blocked.get().Contains(ip, provider) {
		return BlockedNetwork
	}
	if f.lists.centres.get().Contains(ip, provider) {
		return DataCentre
	}
	if f.lists.anonymous.get().Contains(ip, provider) {
		return AnonymousNetwork
	}
	switch p := f.cfg.Proxies.Lookup(ip); {
	case p.VPN, p.Public, p.Residential, p.Tor:
		return AnonymousNetwork
	case p.Hosting:
		return DataCentre
	case p.Hidden:
		return AnonymousNetwork
	}
	return OK
}

// same finds that somebody else does it than the ad was decided on for.
func (f *Filter) same(e *Event, ip netip.Addr) Reason {
	switch {
	case e.DecidedIn != "" && e.SeenIn != "" && e.DecidedIn != e.SeenIn:
		return CountryMismatch
	case e.Kind == Conversion: // days later it may be done at another machine
		return OK
	case otherAgent(e.Decided.Agent, f.AgentHash(e.Agent)):
		return UserAgentMismatch
	case !f.cfg.Roaming && otherNetwork(e.Decided.Network, f.NetworkHash(ip)):
		return NetworkMismatch
	}
	return OK
}

// rate finds what is done too often. What is not known (nobody, nowhere) has no rate.
func (f *Filter) rate(e *Event, ip netip.Addr, provider uint32) Reason {
	if e.Kind >= kinds {
		return OK
	}
	now := e.Now.UnixNano()
	if e.User != 0 && !f.rates.take(counted{scope: ofUser, kind: e.Kind, low: e.User}, f.cfg.User[e.Kind], now) {
		return RateUser
	}
	if p := network(ip); p.IsValid() && !f.rates.take(countedNetwork(e.Kind, p), f.cfg.Network[e.Kind], now) {
		return RateNetwork
	}
	if provider != 0 && !f.rates.take(counted{scope: ofProvider, kind: e.Kind, low: uint64(provider)}, f.cfg.Provider[e.Kind], now) {
		return RateProvider
	}
	return OK
}
