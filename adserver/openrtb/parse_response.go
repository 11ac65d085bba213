package openrtb

import (
	"cmp"
	"slices"
	"strings"

	"github.com/valyala/fastjson"
)

// maxBids bounds the bids of a response.
const maxBids = 500

// Answer is what is left of a response when it was held against the request.
type Answer struct {
	Cur     string
	Offers  []Offer   // one for each impression at most, in the order of the impressions
	Refused []Refusal // the others, in the order of the response
	NBR     NoBid     // what the bidder said, when it had no bids
}

// Offer is a bid that may take part in an auction.
type Offer struct {
	Seat string
	Cur  string
	Bid
}

// Refusal is a bid that may not.
type Refusal struct {
	Offer
	Reason Loss
}

// ParseResponse reads what a bidder said to a request and judges every bid. Of several for an impression the highest stays; between equal ones the
// smaller seat, then the smaller identifier. Refused are bids
//
//   - for an impression that was not asked about, or of an identifier that came before (LossInvalid),
//   - without markup, creative, price or advertiser (LossNoMarkup, LossNoCreativeID, LossNoPrice, LossADomain),
//   - below the floor of the impression or the deal (LossFloor, LossDealFloor), where floor and bid are in one currency;
//     a floor in another is the caller's to convert,
//   - for a deal that is not offered, or without one where only deals are taken (LossDeal, LossNotForDeal),
//   - of a seat, an advertiser, a category or an attribute that is not wanted (LossSeat, LossAdvertiser, LossCategory, LossAttribute),
//   - of a kind or size that does not fit (LossFormat, LossSize), or with URLs for its notices that are none (LossInvalid).
//
// An error is a fault.Invalid: it is no response, answers another request (field "id"), or is in a currency that was not offered ("cur").
func ParseResponse(data []byte, asked *Request) (Answer, error) {
	var a Answer
	var bids []Offer
	err := read(data, func(r *reader, v *fastjson.Value) {
		if id := r.text(v, "id"); id != asked.ID {
			r.fail("id", "is not that of the request")
		}
		a.Cur = r.currency(v, "cur", DefaultCurrency)
		a.NBR = NoBid(r.whole(v, "nbr", 0, 10_000))
		bids = r.seats(v)
		if len(bids) > 0 && !slices.Contains(asked.Currencies(), a.Cur) {
			r.fail("cur", "was not offered")
		}
	})
	if err != nil {
		return Answer{}, err
	}
	a.judge(asked, bids)
	return a, nil
}

func (r *reader) seats(v *fastjson.Value) []Offer {
	var bids []Offer
	r.each(v, "seatbid", maxBids, func(v *fastjson.Value) {
		seat := r.text(v, "seat")
		r.each(v, "bid", maxBids, func(v *fastjson.Value) {
			if len(bids) == maxBids {
				r.fail("", "is one bid too many")
				return
			}
			bids = append(bids, Offer{Seat: seat, Bid: r.bid(v)})
		})
	})
	return bids
}

func (r *reader) bid(v *fastjson.Value) Bid {
	return Bid{
		ID: r.text(v, "id"), ImpID: r.text(v, "impid"), Price: r.price(v, "price"), AdM: r.text(v, "adm"),
		NURL: r.text(v, "nurl"), BURL: r.text(v, "burl"), LURL: r.text(v, "lurl"), ADomain: r.list(v, "adomain"),
		CID: r.text(v, "cid"), CrID: r.text(v, "crid"), Cat: r.list(v, "cat"), Attr: r.wholes(v, "attr"),
		W: r.whole(v, "w", 0, maxSide), H: r.whole(v, "h", 0, maxSide), Dur: r.seconds(v, "dur"),
		MType: MType(r.whole(v, "mtype", 0, 1000)), Exp: r.seconds(v, "exp"), DealID: r.text(v, "dealid"),
	}
}

// judge parts the bids into offers and refusals.
func (a *Answer) judge(asked *Request, bids []Offer) {
	best := make([]int, len(asked.Imps)) // of each impression, one more than the place of its best bid
	refuse := func(i int, why Loss) { a.Refused = append(a.Refused, Refusal{bids[i], why}) }
	seen := make(map[string]bool, len(bids))
	for i := range bids {
		b := &bids[i]
		b.Cur = a.Cur
		at := slices.IndexFunc(asked.Imps, func(imp Imp) bool { return imp.ID == b.ImpID })
		if at < 0 || b.ID == "" || seen[b.ID] {
			refuse(i, LossInvalid)
			continue
		}
		seen[b.ID] = true
		if why := asked.refuses(&asked.Imps[at], b); why != LossWon {
			refuse(i, why)
			continue
		}
		switch before := best[at]; {
		case before == 0:
			best[at] = i + 1
		case compare(b, &bids[before-1]) < 0:
			refuse(before-1, LossOutbid)
			best[at] = i + 1
		default:
			refuse(i, LossOutbid)
		}
	}
	for _, place := range best {
		if place > 0 {
			a.Offers = append(a.Offers, bids[place-1])
		}
	}
}

// compare orders offers for one impression: the highest first.
func compare(a, b *Offer) int {
	return cmp.Or(cmp.Compare(b.Price, a.Price), strings.Compare(a.Seat, b.Seat), strings.Compare(a.ID, b.ID))
}

// refuses returns why a bid for an impression may not take part, LossWon when it may.
func (q *Request) refuses(imp *Imp, b *Offer) Loss {
	switch {
	case b.AdM == "":
		return LossNoMarkup
	case b.CrID == "":
		return LossNoCreativeID
	case b.Price <= 0:
		return LossNoPrice
	case len(b.ADomain) == 0:
		return LossADomain
	case len(q.Seats) > 0 && !slices.Contains(q.Seats, b.Seat), slices.Contains(q.BlockedSeats, b.Seat):
		return LossSeat
	case slices.ContainsFunc(b.ADomain, q.blocks):
		return LossAdvertiser
	case slices.ContainsFunc(b.Cat, q.blocksCategory):
		return LossCategory
	case !noticeURL(b.NURL) || !noticeURL(b.BURL) || !noticeURL(b.LURL):
		return LossInvalid
	}
	if why := imp.refusesDeal(b); why != LossWon {
		return why
	}
	return imp.refusesForm(b)
}

// blocksCategory reports whether a category is not wanted, or its group is not: IAB7 blocks IAB7-39.
func (q *Request) blocksCategory(cat string) bool {
	return slices.ContainsFunc(q.BlockedCats, func(blocked string) bool {
		return cat == blocked || strings.HasPrefix(cat, blocked+"-") && blocked != ""
	})
}

func (imp *Imp) refusesDeal(b *Offer) Loss {
	if b.DealID == "" {
		switch {
		case imp.Private:
			return LossNotForDeal
		case b.Cur == imp.FloorCur && b.Price < imp.Floor:
			return LossFloor
		}
		return LossWon
	}
	at := slices.IndexFunc(imp.Deals, func(d Deal) bool { return d.ID == b.DealID })
	if at < 0 {
		return LossDeal
	}
	switch deal := &imp.Deals[at]; {
	case len(deal.Seats) > 0 && !slices.Contains(deal.Seats, b.Seat):
		return LossSeat
	case b.Cur == deal.FloorCur && b.Price < deal.Floor:
		return LossDealFloor
	}
	return LossWon
}

// kind returns what the markup of a bid is: what it says or, when there is only one thing that it can be, that.
func (imp *Imp) kind(b *Offer) MType {
	switch {
	case b.MType != MTypeUnsaid:
		return b.MType
	case imp.Video == nil && imp.Native == nil:
		return MTypeBanner
	case imp.Banner == nil && imp.Native == nil:
		return MTypeVideo
	case imp.Banner == nil && imp.Video == nil:
		return MTypeNative
	}
	return MTypeUnsaid
}

// refusesForm judges what kind of ad it is.
func (imp *Imp) refusesForm(b *Offer) Loss {
	var unwanted []int
	switch kind := imp.kind(b); {
	case kind == MTypeUnsaid:
		return LossWon
	case kind == MTypeBanner && imp.Banner != nil:
		unwanted = imp.Banner.BAttr
		if (b.W != 0 || b.H != 0) && len(imp.Banner.Formats) > 0 && !slices.Contains(imp.Banner.Formats, Format{b.W, b.H}) {
			return LossSize
		}
	case kind == MTypeVideo && imp.Video != nil:
		unwanted = imp.Video.BAttr
		if b.Dur > 0 && (b.Dur < imp.Video.Min || imp.Video.Max > 0 && b.Dur > imp.Video.Max) {
			return LossFormat
		}
	case kind == MTypeNative && imp.Native != nil:
		unwanted = imp.Native.BAttr
	default:
		return LossFormat
	}
	if slices.ContainsFunc(b.Attr, func(attr int) bool { return slices.Contains(unwanted, attr) }) {
		return LossAttribute
	}
	return LossWon
}

// noticeURL reports whether a notice can be sent to a URL, or there is none.
func noticeURL(u string) bool {
	return u == "" || strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://")
}
