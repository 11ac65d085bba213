package api

import (
	"slices"
	"strconv"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/openrtb"
	"github.com/marquee-tickets/marquee/bms/fault"
)

// noBidHeader says why there is no bid, by the "No-Bid Reason Codes" of OpenRTB 2.6; the answer itself is empty then.
const noBidHeader = "X-Openrtb-Nbr"

// maxRequest bounds a request for bids, in bytes once it is unpacked.
const maxRequest = 256 << 10

var errPacked = fault.Invalidf("", "the request cannot be unpacked, or has more than %d bytes", maxRequest)

// bid answers an exchange that asks for bids on a publisher's places: POST /openrtb2/bid/{publisher}, with the publisher's key. A bid that is shown is
// counted and billed by our own beacon in its markup, so that of the exchange's notices only that of a loss is of use: it gives back what is kept for the bid.
func (a *API) bid(rc *fasthttp.RequestCtx, publisher string) {
	switch {
	case !rc.IsPost():
		fail(rc, errMethod)
		return
	case !a.owns(publisher, rc.Request.Header.Peek(fasthttp.HeaderAuthorization)):
		fail(rc, errKey)
		return
	}
	text, err := rc.Request.BodyUncompressedWithLimit(maxRequest) // many exchanges compress
	if err != nil {
		fail(rc, errPacked)
		return
	}
	q, err := openrtb.ParseRequest(text)
	if err != nil {
		fail(rc, err)
		return
	}
	b := a.bids.Get().(*bidding) //nolint:forcetypeassert // nothing else is put there
	defer a.bids.Put(b)
	if err := b.begin(a, publisher, q); err != nil {
		fail(rc, err)
		return
	}
	if err := b.hold(); err != nil {
		fail(rc, err)
		return
	}
	h := &rc.Response.Header
	h.Set("X-Openrtb-Version", "2.6")
	h.Set(fasthttp.HeaderCacheControl, "no-store")
	if len(b.seats) == 0 {
		h.Set(noBidHeader, strconv.Itoa(int(b.nbr)))
		rc.SetStatusCode(fasthttp.StatusNoContent)
		return
	}
	h.SetContentType("application/json")
	b.body = openrtb.AppendResponse(b.body[:0], openrtb.Response{
		ID: q.ID, BidID: strconv.FormatUint(b.answer.ID, 36), Cur: string(b.publisher.Currency), Seats: b.seats,
	})
	rc.SetBody(b.body)
}

// bidding is what one request for bids needs, kept for the next.
type bidding struct {
	api       *API
	q         *openrtb.Request
	publisher ads.Publisher
	places    []ads.Placement
	request   adserver.Request
	answer    adserver.Answer
	asks      []ask // beside request.Slots
	seats     []openrtb.Seat
	nbr       openrtb.NoBid
	body      []byte
}

// ask is an impression that could be filled.
type ask struct {
	imp    *openrtb.Imp
	kind   ads.PlacementKind
	native *nativeAsk // what it wants of a native ad; nil when it takes none
}

// begin takes a request on. Error: Invalid about the publisher.
func (b *bidding) begin(a *API, publisher string, q *openrtb.Request) (err error) {
	b.api, b.q, b.nbr, b.seats, b.asks = a, q, openrtb.NoBidUnknown, b.seats[:0], b.asks[:0]
	b.publisher, b.places, err = a.engine.Inventory(publisher)
	for i, domain := range q.BlockedAdvertisers {
		q.BlockedAdvertisers[i] = strings.ToLower(domain)
	}
	return err
}

// hold has the engine decide, for as many impressions at a time as it takes on one page.
func (b *bidding) hold() error {
	if !slices.Contains(b.q.Currencies(), string(b.publisher.Currency)) {
		return nil
	}
	slots := b.request.Slots[:0]
	b.request = b.visitor()
	for i := range b.q.Imps {
		if s, ok := b.slot(&b.q.Imps[i]); ok {
			slots = append(slots, s)
		}
	}
	defer func() { b.request.Slots = slots }() // for the next
	for from := 0; from < len(slots); from += adserver.MaxSlots {
		b.request.Slots = slots[from:min(from+adserver.MaxSlots, len(slots))]
		if err := b.api.engine.Decide(&b.request, &b.answer); err != nil {
			return err
		}
		if b.answer.Bot {
			b.nbr, b.seats = openrtb.NoBidSpider, b.seats[:0]
			return nil
		}
		for i := range b.answer.Ads {
			ad := &b.answer.Ads[i]
			b.offer(&b.asks[from+ad.Slot], ad)
		}
	}
	return nil
}

// slot is the place for an impression; false when there is none, or nothing that we have could be bid.
func (b *bidding) slot(imp *openrtb.Imp) (adserver.Slot, bool) {
	foreign := imp.Floor > 0 && imp.FloorCur != string(b.publisher.Currency)
	if foreign || imp.Private || imp.Secure && !strings.HasPrefix(b.api.base, "https://") {
		return adserver.Slot{}, false
	}
	k := ask{imp: imp}
	if imp.Native != nil {
		k.native = readNative(imp.Native.Request)
	}
	place := b.place(imp)
	if place == nil {
		return adserver.Slot{}, false
	}
	k.kind = place.Kind
	n := len(b.asks)
	b.asks = append(b.asks, k)
	floor := ads.Nano(imp.Floor/perMille + min(imp.Floor%perMille, 1)) // rounded up
	return adserver.Slot{
		ID: imp.ID, Placement: place.Slug, Floor: floor, Accepts: func(o adserver.Offered) bool { return b.accepts(&b.asks[n], o, floor) },
	}, true
}

const perMille = 1000

// place is the one that an impression names, else the first that it fits; nil when there is none.
func (b *bidding) place(imp *openrtb.Imp) *ads.Placement {
	var first *ads.Placement
	for i := range b.places {
		p := &b.places[i]
		if !fits(imp, p) {
			continue
		}
		if p.Slug == imp.TagID {
			return p
		}
		if first == nil {
			first = p
		}
	}
	return first
}

// fits reports whether an impression is of the kind of a placement.
func fits(imp *openrtb.Imp, p *ads.Placement) bool {
	const overlay = 2 // AdCOM 1.0, "Linearity Modes"
	v := imp.Video
	switch p.Kind {
	case ads.Overlay:
		return v != nil && v.Linearity == overlay
	case ads.PreRoll:
		return v != nil && v.Linearity != overlay && v.StartDelay == 0
	case ads.MidRoll:
		return v != nil && v.Linearity != overlay && (v.StartDelay > 0 || v.StartDelay == -1)
	case ads.PostRoll:
		return v != nil && v.Linearity != overlay && v.StartDelay == -2
	case ads.HomeBanner, ads.CategoryBanner, ads.MidScroll, ads.Search, ads.Sidebar, ads.Footer, ads.SponsoredListing:
	}
	if imp.Banner != nil && slices.ContainsFunc(p.Sizes, func(s ads.Size) bool { return takes(imp.Banner, s) }) {
		return true
	}
	return imp.Native != nil && slices.Contains(p.Kind.Formats(), ads.Native)
}

// takes reports whether a banner may have a size; where none is said any will do.
func takes(b *openrtb.Banner, s ads.Size) bool {
	return len(b.Formats) == 0 || slices.Contains(b.Formats, openrtb.Format{W: s.Width, H: s.Height})
}
