package openrtb_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/prebid/openrtb/v20/openrtb2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/openrtb"
)

// draw makes requests of any kind that can be told in OpenRTB.
type draw struct{ t *rapid.T }

func (d draw) text() string { return rapid.StringN(0, 12, 40).Draw(d.t, "text") }

func (d draw) id() string { return rapid.StringMatching(`[a-z0-9]{4,8}`).Draw(d.t, "id") }

func (d draw) yes() bool { return rapid.Bool().Draw(d.t, "yes") }

func (d draw) upTo(n int) int { return rapid.IntRange(0, n).Draw(d.t, "n") }

func (d draw) seconds(n int) time.Duration { return time.Duration(d.upTo(n)) * time.Second }

func (d draw) price() int64 { return rapid.Int64Range(0, 1e15).Draw(d.t, "price") / 1e6 * 1e6 }

func (d draw) currency() string {
	return rapid.SampledFrom([]string{"EUR", "USD", "INR"}).Draw(d.t, "currency")
}

func (d draw) texts() []string {
	list := rapid.SliceOfN(rapid.StringN(1, 8, 20), 0, 3).Draw(d.t, "texts")
	if len(list) == 0 {
		return nil
	}
	return list
}

func (d draw) numbers() []int {
	list := rapid.SliceOfN(rapid.IntRange(0, 100), 0, 3).Draw(d.t, "numbers")
	if len(list) == 0 {
		return nil
	}
	return list
}

func (d draw) imp(id string) openrtb.Imp {
	i := openrtb.Imp{
		ID: id, TagID: d.text(), Instl: d.yes(), Secure: d.yes(), Floor: d.price(), FloorCur: d.currency(), Exp: d.seconds(3600), Private: d.yes(),
	}
	kinds := 1 + d.upTo(6)
	if kinds&1 != 0 {
		i.Banner = &openrtb.Banner{BType: d.numbers(), BAttr: d.numbers(), Pos: d.upTo(7), Mimes: d.texts(), API: d.numbers()}
		for range d.upTo(3) {
			i.Banner.Formats = append(i.Banner.Formats, openrtb.Format{W: 1 + d.upTo(2000), H: 1 + d.upTo(2000)})
		}
	}
	if kinds&2 != 0 {
		i.Video = &openrtb.Video{
			Mimes: []string{"video/mp4"}, Protocols: d.numbers(), Min: d.seconds(5), Max: 5*time.Second + d.seconds(60), W: d.upTo(4000), H: d.upTo(4000),
			StartDelay: d.upTo(20) - 2, Plcmt: d.upTo(4), Linearity: d.upTo(2), Skip: d.yes(), BAttr: d.numbers(), PlaybackMethod: d.numbers(), API: d.numbers(),
			Pos: d.upTo(7), Sequence: d.upTo(3), PodID: d.text(), MaxSeq: d.upTo(5), PodDur: d.seconds(90),
		}
	}
	if kinds&4 != 0 {
		i.Native = &openrtb.Native{Request: `{"ver":"1.2","q":"` + d.id() + `"}`, Ver: d.text(), API: d.numbers(), BAttr: d.numbers()}
	}
	for range d.upTo(2) {
		i.Deals = append(i.Deals, openrtb.Deal{ID: d.id(), Floor: d.price(), FloorCur: d.currency(), At: d.upTo(3), Seats: d.texts()})
	}
	return i
}

func (d draw) place(q *openrtb.Request) {
	publisher := openrtb.Publisher{ID: d.text(), Name: d.text(), Domain: d.text(), Cat: d.texts()}
	content := openrtb.Content{ID: d.text(), Title: d.text(), Genre: d.text(), Series: d.text(), Artist: d.text(), Language: d.text(), Keywords: d.text(), URL: d.text(), Cat: d.texts(), Length: d.seconds(9000), Live: d.yes()}
	switch d.upTo(2) {
	case 0:
		q.Site = &openrtb.Site{ID: d.text(), Name: d.text(), Domain: d.text(), Page: d.text(), Ref: d.text(), Search: d.text(), Keywords: d.text(), Cat: d.texts(), SectionCat: d.texts(), PageCat: d.texts(), Mobile: d.yes(), Publisher: publisher, Content: content}
	case 1:
		q.App = &openrtb.App{ID: d.text(), Name: d.text(), Bundle: d.text(), Domain: d.text(), StoreURL: d.text(), Ver: d.text(), Keywords: d.text(), Cat: d.texts(), SectionCat: d.texts(), PageCat: d.texts(), Publisher: publisher, Content: content}
	}
}

func (d draw) geo() openrtb.Geo {
	g := openrtb.Geo{Located: d.yes(), Country: "DEU", Region: d.text(), City: d.text(), Zip: d.text(), Metro: d.text(), Type: d.upTo(3), UTCOffset: d.upTo(1440) - 720}
	if g.Located {
		g.Lat, g.Lon = rapid.Float64Range(-90, 90).Draw(d.t, "lat"), rapid.Float64Range(-180, 180).Draw(d.t, "lon")
	}
	return g
}

func (d draw) request() *openrtb.Request {
	q := &openrtb.Request{
		ID: d.id(), Test: d.yes(), At: 1 + d.upTo(2), TMax: time.Duration(d.upTo(1000)) * time.Millisecond, Cur: []string{d.currency()},
		BlockedCats: d.texts(), BlockedAdvertisers: d.texts(), Seats: d.texts(), BlockedSeats: d.texts(),
		User: openrtb.User{ID: d.text(), BuyerUID: d.text(), YOB: d.upTo(2020), Gender: d.text(), Keywords: d.text(), Consent: d.text(), Geo: d.geo()},
		Regs: openrtb.Regs{COPPA: d.yes(), GDPR: openrtb.Flag(d.upTo(2)), USPrivacy: d.text(), GPP: d.text(), GPPSID: d.numbers()},
		Device: openrtb.Device{
			UA: d.text(), IP: "192.0.2.7", IPv6: "2001:db8::1", IFA: d.text(), Make: d.text(), Model: d.text(), OS: d.text(), OSV: d.text(), Language: d.text(),
			Type: d.upTo(8), W: d.upTo(5000), H: d.upTo(5000), DoNotTrack: d.yes(), LimitTracking: d.yes(), Geo: d.geo(),
		},
		Source: openrtb.Source{TID: d.text()},
	}
	for i := range 1 + d.upTo(3) {
		q.Imps = append(q.Imps, d.imp(string(rune('a'+i))))
	}
	for range d.upTo(3) {
		q.Source.Ver, q.Source.Complete = "1.0", d.yes()
		q.Source.Nodes = append(q.Source.Nodes, openrtb.Node{System: d.text(), Seller: d.text(), RequestID: d.text(), Name: d.text(), Domain: d.text()})
	}
	d.place(q)
	return q
}

// Every request reads as it was written, and is one in the eyes of others.
func TestAnyRequest_ReadsAsItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := draw{t}.request()
		data := openrtb.AppendRequest(nil, q)
		again, err := openrtb.ParseRequest(data)
		require.NoError(t, err, "%s", data)
		assert.Equal(t, q, again)
		require.NoError(t, json.Unmarshal(data, &openrtb2.BidRequest{}))
	})
}

// Whatever the request, a bidder that is told nothing can recognise nobody.
func TestAnyRequest_NothingIsTold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := draw{t}.request()
		q.User.ID, q.User.BuyerUID, q.Device.IFA, q.User.Keywords = "user-secret", "buyer-secret", "device-secret", "keyword-secret"
		q.Device.Geo.Zip, q.User.Geo.Zip, q.Device.IP, q.Device.IPv6 = "zip-secret", "zip-secret", "198.51.100.77", "2001:db8:1:2:3:4:5:6"
		told := string(openrtb.BuildRequest(nil, q, openrtb.May{}, us, true))
		assert.NotContains(t, told, "secret")
		assert.NotContains(t, told, "198.51.100.77")
		assert.NotContains(t, told, "2001:db8:1:2")
		assert.NotContains(t, told, `"yob"`)
	})
}

// A bid that fits the request stays, whoever reads it, and no bid below a floor does.
func TestAnyAnswer_FloorsHold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw{t}
		q := d.request()
		r := openrtb.Response{ID: q.ID, Cur: q.Cur[0]}
		for range d.upTo(4) {
			s := openrtb.Seat{Seat: d.id()}
			for range d.upTo(4) {
				s.Bids = append(s.Bids, openrtb.Bid{
					ID: d.id(), ImpID: string(rune('a' + d.upTo(4))), Price: d.price(), AdM: "x", CrID: "c", ADomain: []string{"film.example"},
				})
			}
			r.Seats = append(r.Seats, s)
		}
		a, err := openrtb.ParseResponse(openrtb.AppendResponse(nil, r), q)
		require.NoError(t, err)
		bids := 0
		for _, s := range r.Seats {
			bids += len(s.Bids)
		}
		assert.Len(t, a.Refused, bids-len(a.Offers), "every bid is an offer or has a reason")
		for _, o := range a.Offers {
			imp := q.Imps[o.ImpID[0]-'a']
			assert.False(t, imp.Private)
			if imp.FloorCur == o.Cur {
				assert.GreaterOrEqual(t, o.Price, imp.Floor)
			}
			for _, other := range a.Refused {
				if other.ImpID == o.ImpID && other.Reason == openrtb.LossOutbid {
					assert.LessOrEqual(t, other.Price, o.Price)
				}
			}
		}
	})
}
