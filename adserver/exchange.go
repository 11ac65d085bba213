package adserver

import (
	"context"
	"fmt"
	"log/slog"
	"math/bits"
	"strconv"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/auction"
	"github.com/marquee-tickets/marquee/adserver/openrtb"
	"github.com/marquee-tickets/marquee/adserver/token"
)

// street is where the bidders of programmatic lines are. It is safe for concurrent use.
type street struct {
	cfg     *openrtb.Config   // nil asks nobody
	notices *openrtb.Exchange // tells bidders what became of their offers
	log     *slog.Logger
	keep    time.Duration // how long what was sold is remembered

	mu      sync.Mutex
	bidders map[ads.LineID]*bidder
	sold    map[uint64]sale // by serial of this life
	serials []uint64        // of sold, the oldest first
}

// bidder is one who is asked. It stays as the catalogue changes, so that it is still known how it did of late.
type bidder struct {
	ads.Bidder
	exchange *openrtb.Exchange
}

// sale is what is owed to a bidder whose ad was chosen: word of its being seen, and of a click where it leads. It is in memory alone: after a crash the ad is
// billed all the same, and its bidder not told.
type sale struct {
	epoch   uint32
	offer   openrtb.Sourced
	auction string
	landing string
	expires time.Time
}

// maxSold bounds what is remembered; beyond it the oldest are forgotten.
const maxSold = 1 << 17

func (s *street) open(cfg *Config) (err error) {
	if cfg.Exchange == nil {
		return nil
	}
	own := *cfg.Exchange
	own.Bidders = nil
	if own.Logger == nil {
		own.Logger = cfg.Logger
	}
	s.cfg, s.log, s.keep, s.bidders, s.sold = &own, cfg.Logger, cfg.ClickFor, map[ads.LineID]*bidder{}, map[uint64]sale{}
	if s.notices, err = openrtb.New(own); err != nil {
		return fmt.Errorf("adserver: Config.Exchange: %w", err)
	}
	return nil
}

// run tells bidders until ctx ends.
func (s *street) run(ctx context.Context) {
	if s.notices != nil {
		_ = s.notices.Run(ctx) // it ends with ctx
	}
}

// bidder returns who has the ads of a line, nil when it has its own or nobody is asked.
func (s *street) bidder(l ads.Line) *bidder {
	if s.cfg == nil || !l.Programmatic() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.bidders[l.ID]; b != nil && b.Bidder == l.Bidder {
		return b
	}
	own := *s.cfg
	own.Seller, own.Pending, own.Workers = openrtb.Node{}, 1, 1 // the chain is in the request, and notices are sent by another
	own.Bidders = []openrtb.Bidder{{Name: "line-" + strconv.Itoa(int(l.ID)), URL: l.Bidder.URL, QPS: float64(l.Bidder.QPS)}}
	x, err := openrtb.New(own)
	if err != nil {
		s.log.Error("bidder that cannot be asked", slog.Uint64("line", uint64(l.ID)), slog.String("error", err.Error()))
		return nil
	}
	b := &bidder{l.Bidder, x}
	s.bidders[l.ID] = b
	return b
}

// outside reports whether bidders are asked for ads at a place: code in a frame of a size that is known.
func (p *place) outside() bool { return len(p.Sizes) > 0 && p.Kind != ads.Overlay }

// outsider is a line that could be shown, if its bidder had an ad for it.
type outsider struct {
	item  *item
	slots uint64
}

// offered is an ad that a bidder has for a slot.
type offered struct {
	openrtb.Sourced
	line ads.LineID
	slot int
}

// considerOutside enters a programmatic line among those whose bidders are asked. Who sells our places on is not asked again for what it asked us for.
func (e *Engine) considerOutside(w *work, it *item, slots uint64) bool {
	if w.free || w.accepts != nil {
		return false
	}
	if !e.caps.Allowed(w.user, it.limits, w.now) {
		it.live.fates[Capped].Add(1)
		return false
	}
	for i := range w.outside {
		if w.outside[i].item == it {
			w.outside[i].slots |= slots
			return true
		}
	}
	w.outside = append(w.outside, outsider{it, slots})
	return true
}

// askOutside asks bidders for ads that are worth more than ours, all at once, and enters what they offer among the candidates. It takes no longer than
// Config.Exchange.MostWait: whoever is slow, down or talks nonsense offers nothing.
func (e *Engine) askOutside(w *work, r *Request, p *publisher) {
	floors := w.floors()
	q := e.bidRequest(w, r, p)
	results := make([]openrtb.Result, len(w.outside))
	var all sync.WaitGroup
	for i, o := range w.outside {
		own := *q
		own.Imps = w.imps(p, o.slots, floors, e.cfg.ViewFor)
		if len(own.Imps) > 0 {
			all.Go(func() { results[i] = o.item.bidder.exchange.Ask(context.Background(), &own, w.mayTell()) })
		}
	}
	all.Wait()
	for i := range results {
		for _, report := range results[i].Reports {
			for _, refused := range report.Refused {
				e.street.lost(w, openrtb.Sourced{Bidder: report.Bidder, Offer: refused.Offer}, refused.Reason, 0)
			}
		}
		for _, o := range results[i].Offers {
			if why := w.enter(w.outside[i].item, o, floors); why != openrtb.LossWon {
				e.street.lost(w, o, why, 0)
			}
		}
	}
}

// taken marks a slot that no outside ad can have.
const taken = -1

// floors are what an outside ad must be worth at each slot, by the auction among our own; taken for what is sold beforehand.
func (w *work) floors() []int64 {
	floors := make([]int64, len(w.slots))
	for i := range w.slots {
		floors[i] = w.slots[i].Floor
	}
	w.wins = auction.Run(w.wins[:0], w.slots, w.candidates, auction.Auction{ID: w.auction})
	for i := range w.wins {
		win := &w.wins[i]
		switch c := &w.candidates[win.Candidate]; c.Tier {
		case auction.Guaranteed:
			floors[win.Slot] = taken
		case auction.Open:
			floors[win.Slot] = max(floors[win.Slot], c.Worth())
		case auction.House:
		}
	}
	return floors
}

// maxMarkup bounds the code of an outside ad, in bytes, as that of a creative is.
const maxMarkup = 64 << 10

// enter makes a candidate of an offer, or says why it cannot be one. What it may cost is bounded by the line's bid.
func (w *work) enter(it *item, o openrtb.Sourced, floors []int64) openrtb.Loss {
	slot, err := strconv.Atoi(o.ImpID)
	if err != nil || slot < 0 || slot >= len(floors) || floors[slot] == taken {
		return openrtb.LossInvalid
	}
	price := min(o.Price/perMille, int64(it.line.PerImpression()))
	host, err := ads.Domain("", o.ADomain[0])
	switch {
	case price < max(floors[slot], 1):
		return openrtb.LossFloor
	case err != nil:
		return openrtb.LossADomain
	case len(o.AdM) > maxMarkup:
		return openrtb.LossFormat
	}
	size := ads.Size{Width: o.W, Height: o.H}
	if size == (ads.Size{}) {
		size = w.places[w.slotOf[slot]].Sizes[0]
	}
	w.offers = append(w.offers, offered{o, it.line.ID, slot})
	w.candidates = append(w.candidates, auction.Candidate{
		Line: uint32(it.line.ID), Campaign: uint32(it.campaign.ID), Advertiser: uint32(it.advertiser.ID), Tier: auction.Open, Bid: price,
		Slots: 1 << slot, Category: it.product,
	})
	w.choices = append(w.choices, choice{item: it, offer: len(w.offers), creative: &creative{
		Creative: ads.Creative{Line: it.line.ID, Format: ads.HTML, Size: size, Landing: "https://" + host + "/"}, item: it, host: host, limits: it.limits,
	}})
	return openrtb.LossWon
}

// show makes what is seen of an offer that won, now that its price is known.
func (e *Engine) show(w *work, c *choice, win *auction.Win) {
	m := w.macros()
	m.Price = win.Price * perMille
	o := &w.offers[c.offer-1]
	m.BidID, m.ImpID, m.SeatID, m.AdID, m.Currency = o.ID, o.ImpID, o.Seat, o.CrID, o.Cur
	c.creative.HTML = m.Markup(o.AdM)
	c.creative.fragment = e.cfg.Fragment(c.creative.Creative, c.creative.host)
}

func (w *work) macros() openrtb.Macros {
	return openrtb.Macros{AuctionID: strconv.FormatUint(w.auction, 36)}
}

// tellOutside tells bidders what became of their offers, and remembers what was sold.
func (e *Engine) tellOutside(w *work) {
	won := make([]bool, len(w.offers))
	costs := make([]int64, len(w.slots))
	for i := range w.wins {
		win := &w.wins[i]
		costs[win.Slot] = win.Cost
		c := &w.choices[win.Candidate]
		if c.offer == 0 {
			continue
		}
		won[c.offer-1] = true
		m := w.macros()
		m.Price = win.Price * perMille
		e.street.won(c.held.serial, sale{
			epoch: e.epoch, offer: w.offers[c.offer-1].Sourced, auction: m.AuctionID, landing: c.creative.Landing, expires: w.now.Add(e.street.keep),
		}, m)
	}
	for i := range w.offers {
		if !won[i] {
			e.street.lost(w, w.offers[i].Sourced, openrtb.LossOutbid, costs[w.offers[i].slot]*perMille)
		}
	}
	for i := range w.outside {
		if !w.has(w.outside[i].item) {
			w.outside[i].item.live.fates[Lost].Add(1) // who offered is counted among the candidates
		}
	}
}

// has reports whether a line was offered an ad.
func (w *work) has(it *item) bool {
	for i := range w.offers {
		if w.offers[i].line == it.line.ID {
			return true
		}
	}
	return false
}

func (s *street) lost(w *work, o openrtb.Sourced, why openrtb.Loss, cost int64) {
	m := w.macros()
	m.Loss, m.MinToWin = why, cost
	s.notices.Lost(o, m)
}

// won remembers what was sold until it can no longer be clicked.
func (s *street) won(serial uint64, v sale, m openrtb.Macros) {
	s.notices.Won(v.offer, m)
	v.offer.AdM = "" // nobody needs it any more
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.serials) >= maxSold {
		delete(s.sold, s.serials[0])
		s.serials = s.serials[1:]
	}
	s.sold[serial] = v
	s.serials = append(s.serials, serial)
}

// of returns what was sold with a token; false when it is not known any more.
func (s *street) of(t *token.Token) (sale, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.sold[t.Serial]
	if v.epoch != t.Epoch {
		return sale{}, false
	}
	return v, v.epoch != 0
}

// billed tells a bidder that its ad was seen and what it owes. It is called once for each token: for the view that was counted.
func (s *street) billed(o *Outcome) {
	if v, ok := s.of(&o.Token); ok && o.Result == Counted {
		s.notices.Billed(v.offer, openrtb.Macros{AuctionID: v.auction, Price: int64(o.Billed) * perMille})
	}
}

// landing is where a click on the ad of a bidder leads that came by our address: to the advertiser whose it is.
func (s *street) landing(t *token.Token) string {
	v, _ := s.of(t)
	return v.landing
}

// forget lets go of what can no longer be clicked.
func (s *street) forget(now time.Time) {
	if s.cfg == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.serials) > 0 {
		first := s.serials[0]
		if now.Before(s.sold[first].expires) {
			return
		}
		delete(s.sold, first)
		s.serials = s.serials[1:]
	}
}

// imps are the slots that a bidder is asked about, named by their numbers.
func (w *work) imps(p *publisher, slots uint64, floors []int64, exp time.Duration) []openrtb.Imp {
	list := make([]openrtb.Imp, 0, bits.OnesCount64(slots))
	for i, floor := range floors {
		if slots>>i&1 == 0 || floor == taken {
			continue
		}
		place := w.places[w.slotOf[i]]
		imp := openrtb.Imp{
			ID: strconv.Itoa(i), TagID: place.Slug, Banner: &openrtb.Banner{}, Secure: true, Floor: floor * perMille, FloorCur: string(p.Currency), Exp: exp,
		}
		for _, s := range place.Sizes {
			imp.Banner.Formats = append(imp.Banner.Formats, openrtb.Format{W: s.Width, H: s.Height})
		}
		list = append(list, imp)
	}
	return list
}
