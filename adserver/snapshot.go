package adserver

import (
	"cmp"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/frequency"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/targeting"
)

// snapshot is the catalogue as decisions need it. It is immutable: each change makes another one.
type snapshot struct {
	version    int64
	made       time.Time
	index      *targeting.Index
	heads      []head // in the order in which lines are asked, which is that of the index
	lines      map[ads.LineID]*item
	creatives  map[ads.CreativeID]*creative
	publishers map[string]*publisher
	places     map[ads.PlacementID]*place
}

type publisher struct {
	ads.Publisher
	zone   *time.Location
	places map[string]*place
	list   []ads.Placement // of places, sorted by identifier
}

type place struct {
	ads.Placement
	publisher *publisher
	signal    string   // value of the dimension Placement
	floor     ads.Nano // of one impression
	formats   []string
	sizes     []string
	number    int // bit of creative.places
}

// head is what decisions ask of each line that matches. Heads lie side by side, as those that are asked are scattered over the catalogue.
type head struct {
	from, to   int64 // seconds since 1970 in which it is served
	item       *item
	advertiser ads.AdvertiserID
	house      bool // line.Tier is House
}

// item is a line that may be served. What decisions ask of many lines comes first: it is one line of the processor's cache.
type item struct {
	live      *liveLine
	bid       ads.Nano // line.Bid
	creatives []*creative
	id        ads.LineID
	of        ads.CampaignID
	by        ads.AdvertiserID
	product   uint32 // number of line.Product, zero for none
	tier      uint8
	perClick  bool // line.Pricing is CPC
	house     bool // line.Tier is House
	outside   bool // bidder is there

	line       ads.Line
	campaign   ads.Campaign
	advertiser ads.Advertiser
	expr       targeting.Item
	limits     []frequency.Limit // of advertiser, campaign and line, as far as they have caps
	worth      ads.Nano          // of one impression to its advertiser: what it bids with
	dims       []targeting.Dim
	bidder     *bidder // who has its ads; nil for one with creatives
	personal   bool    // its targeting asks for something of the person
}

// creative is one that may be seen. What decisions ask for comes first here, too.
type creative struct {
	places []uint64          // a bit for each place at which it can be seen and is wanted
	limits []frequency.Limit // of the levels that have caps
	ads.Creative
	item     *item
	landing  string
	host     string
	fragment []byte
}

// tierOrder is the order in which tiers are asked.
func tierOrder(t ads.Tier) uint8 {
	switch t {
	case ads.Guaranteed:
		return 0
	case ads.Auction:
		return 1
	case ads.House:
		return 2
	}
	return 3
}

// compiler makes a snapshot of a catalogue.
type compiler struct {
	*snapshot
	live        *live
	street      *street
	fragment    func(ads.Creative, string) []byte
	log         *slog.Logger
	advertisers map[ads.AdvertiserID]ads.Advertiser
	campaigns   map[ads.CampaignID]ads.Campaign
	byLine      map[ads.LineID][]ads.Creative
	products    map[string]uint32
}

func (e *Engine) compile(c store.Catalog, version int64) *snapshot {
	k := compiler{
		snapshot: &snapshot{
			version: version, made: e.cfg.Now(), lines: map[ads.LineID]*item{}, creatives: map[ads.CreativeID]*creative{},
			publishers: map[string]*publisher{}, places: map[ads.PlacementID]*place{},
		},
		live: e.live, street: &e.street, fragment: e.cfg.Fragment, log: e.cfg.Logger, advertisers: map[ads.AdvertiserID]ads.Advertiser{}, campaigns: map[ads.CampaignID]ads.Campaign{},
		byLine: map[ads.LineID][]ads.Creative{}, products: map[string]uint32{},
	}
	k.inventory(c)
	for _, a := range c.Advertisers {
		k.advertisers[a.ID] = a
	}
	for _, m := range c.Campaigns {
		k.campaigns[m.ID] = m
	}
	for _, v := range c.Creatives {
		k.byLine[v.Line] = append(k.byLine[v.Line], v)
	}
	for _, l := range c.Lines {
		k.add(l)
	}
	k.order()
	return k.snapshot
}

// inventory enters publishers and their placements.
func (k *compiler) inventory(c store.Catalog) {
	owners := map[ads.PublisherID]*publisher{}
	for _, p := range c.Publishers {
		owner := &publisher{Publisher: p, zone: location(p.TimeZone), places: map[string]*place{}}
		owners[p.ID] = owner
		if !p.Suspended {
			k.publishers[p.Slug] = owner
		}
	}
	for _, p := range c.Placements {
		owner := owners[p.Publisher]
		if owner == nil {
			continue
		}
		pl := &place{Placement: p, publisher: owner, signal: strconv.Itoa(int(p.ID)), floor: p.Floor / perMille, formats: formatsOf(p), sizes: sizesOf(p), number: len(k.places)}
		k.places[p.ID] = pl
		if !p.Paused {
			owner.places[p.Slug] = pl
		}
	}
	k.lists()
}

const perMille = 1000

// location is a zone of the catalogue, which was checked when it was stored.
func location(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// add enters a line: for beacons in any case, for decisions when it may be served.
func (k *compiler) add(l ads.Line) {
	campaign := k.campaigns[l.Campaign]
	it := &item{
		line: l, campaign: campaign, advertiser: k.advertisers[campaign.Advertiser], live: k.live.line(l.ID), tier: tierOrder(l.Tier),
		id: l.ID, of: l.Campaign, by: campaign.Advertiser, perClick: l.Pricing == ads.CPC, house: l.Tier == ads.House, bid: l.Bid,
	}
	if it.live == nil {
		return // a line whose campaign is gone
	}
	expr, err := targeting.Parse(l.Targeting)
	if err != nil {
		k.log.Error("targeting of a line cannot be read", slog.Uint64("line", uint64(l.ID)), slog.String("error", err.Error()))
		expr = targeting.Nothing()
	}
	it.dims = expr.Dims()
	it.personal = slices.ContainsFunc(it.dims, targeting.Dim.Personal)
	it.limits = limits(it)
	it.worth = k.worth(it)
	if l.Product != "" {
		it.product = k.product(l.Product)
	}
	for _, c := range k.byLine[l.ID] {
		k.addCreative(it, c)
	}
	k.lines[l.ID] = it
	it.bidder = k.street.bidder(l)
	it.outside = it.bidder != nil
	if !it.wanted() || it.bidder == nil && (l.Programmatic() || len(it.creatives) == 0) {
		return
	}
	it.expr = targeting.Item{Expr: targeting.And(targeting.In(targeting.Placement, k.where(it)...), expr)}
	from, to := span(campaign.Flight, l.Flight)
	k.heads = append(k.heads, head{from, to, it, it.by, it.house})
}

// wanted reports whether everybody who has a say wants the line to be served.
func (it *item) wanted() bool {
	return it.line.Status == ads.Active && it.campaign.Status == ads.Active && !it.advertiser.Suspended
}

// worth is what one impression is worth to the line's advertiser.
func (k *compiler) worth(it *item) ads.Nano {
	if it.line.Pricing == ads.CPM {
		return it.line.PerImpression()
	}
	return ads.Nano(float64(it.line.Bid) * it.live.clickRate())
}

func (k *compiler) product(word string) uint32 {
	word = strings.ToLower(word)
	n, ok := k.products[word]
	if !ok {
		n = uint32(len(k.products) + 1)
		k.products[word] = n
	}
	return n
}

// addCreative enters a creative: for clicks in any case, for decisions when it was approved and leads where its advertiser may send people.
func (k *compiler) addCreative(it *item, c ads.Creative) {
	v := &creative{Creative: c, item: it, landing: c.LandingURL(), host: c.LandingHost(), fragment: k.fragment(c, it.advertiser.Name)}
	v.limits = withCaps(slices.Clone(it.limits), frequency.Creative, uint32(c.ID), c.Caps)
	k.creatives[c.ID] = v
	if c.Review != ads.Approved || c.Paused || !it.advertiser.Owns(v.host) {
		return
	}
	it.creatives = append(it.creatives, v)
	v.places = make([]uint64, (len(k.places)+63)/64)
	for _, p := range k.places {
		if p.Fits(c) && !p.publisher.blocks(v) {
			v.places[p.number/64] |= 1 << (p.number % 64)
		}
	}
}

// where lists the placements at which one of the line's creatives may be seen.
func (k *compiler) where(it *item) []string {
	var values []string
	for _, p := range k.places {
		if p.takes(it) {
			values = append(values, p.signal)
		}
	}
	slices.Sort(values)
	return values
}

// takes reports whether a line may be served here at all.
func (p *place) takes(it *item) bool {
	if p.publisher.Currency != it.advertiser.Currency || len(it.line.Placements) > 0 && !slices.Contains(it.line.Placements, p.ID) {
		return false
	}
	if it.bidder != nil {
		return p.outside()
	}
	return slices.ContainsFunc(it.creatives, p.shows)
}

// shows reports whether a creative that may be served can be seen here and its publisher wants it.
func (p *place) shows(c *creative) bool { return c.places[p.number/64]>>(p.number%64)&1 == 1 }

// blocks reports whether the publisher does not want a creative. Who blocks categories does not want what names none: it may be of any.
func (p *publisher) blocks(c *creative) bool {
	if len(p.Blocked) > 0 && len(c.Categories) == 0 {
		return true
	}
	for _, category := range c.Categories {
		for _, b := range p.Blocked {
			if category == b || strings.HasPrefix(category, b+"-") { // IAB7 is all of IAB7-1, IAB7-2 …
				return true
			}
		}
	}
	return slices.ContainsFunc(p.BlockedDomains, func(d string) bool { return ads.Within(c.host, d) })
}

// order sorts the items as they are asked and makes their index.
func (k *compiler) order() {
	slices.SortFunc(k.heads, func(x, y head) int {
		a, b := x.item, y.item
		return cmp.Or(cmp.Compare(a.tier, b.tier), cmp.Compare(b.worth, a.worth), cmp.Compare(a.id, b.id))
	})
	exprs := make([]targeting.Item, len(k.heads))
	for i, h := range k.heads {
		exprs[i] = h.item.expr
	}
	index, err := targeting.Compile(exprs)
	if err != nil {
		k.log.Error("targeting that cannot be served", slog.String("error", err.Error()))
	}
	k.index = index
}

// limits are the caps on the levels above the creative.
func limits(it *item) []frequency.Limit {
	list := withCaps(nil, frequency.Advertiser, uint32(it.advertiser.ID), it.advertiser.Caps)
	list = withCaps(list, frequency.Campaign, uint32(it.campaign.ID), it.campaign.Caps)
	return withCaps(list, frequency.Line, uint32(it.line.ID), it.line.Caps)
}

// withCaps adds a level, if it has caps: the others would be asked for nothing in each decision.
func withCaps(list []frequency.Limit, kind frequency.Kind, id uint32, caps []ads.Cap) []frequency.Limit {
	if len(caps) == 0 {
		return list
	}
	return append(list, frequency.Limit{Kind: kind, ID: id, Caps: capsOf(caps)})
}

func capsOf(list []ads.Cap) []frequency.Cap {
	per := map[ads.Period]frequency.Per{
		ads.PerMinute: frequency.Minute, ads.PerHour: frequency.Hour, ads.PerDay: frequency.Day, ads.Ever: frequency.Lifetime,
	}
	var caps []frequency.Cap
	for _, c := range list {
		caps = append(caps, frequency.Cap{Times: uint16(c.Times), Per: per[c.Per]})
	}
	return caps
}

// span is the time in which both flights are.
func span(a, b ads.Flight) (from, to int64) {
	from, to = -1<<62, 1<<62
	for _, f := range []ads.Flight{a, b} {
		if !f.Starts.IsZero() {
			from = max(from, f.Starts.Unix())
		}
		if !f.Ends.IsZero() {
			to = min(to, f.Ends.Unix())
		}
	}
	return from, to
}

// Hosts reports whether a host is one of those of a publisher's pages, or below one.
func (e *Engine) Hosts(publisher, host string) bool {
	p := e.current.Load().publishers[publisher]
	return p != nil && slices.ContainsFunc(p.Hosts, func(h string) bool { return ads.Within(host, h) })
}

// HostsOf returns the hosts of a publisher's pages. They are not to be changed; a publisher that is not known has none.
func (e *Engine) HostsOf(publisher string) []string {
	if p := e.current.Load().publishers[publisher]; p != nil {
		return p.Hosts
	}
	return nil
}
