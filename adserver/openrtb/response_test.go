package openrtb_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prebid/openrtb/v20/openrtb2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/openrtb"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func TestAppendResponse_Golden(t *testing.T) {
	t.Parallel()
	data := openrtb.AppendResponse(nil, answer(banner(t)))
	golden(t, "response/banner.json", data)
	var other openrtb2.BidResponse
	known(t, data, &other)
	assert.InDelta(t, 4.5, other.SeatBid[0].Bid[0].Price, 0)
	assert.Equal(t, openrtb2.MarkupBanner, other.SeatBid[0].Bid[1].MType)

	data = openrtb.AppendResponse(nil, answer(video(t)))
	golden(t, "response/video.json", data)
	known(t, data, &other)
}

func TestAppendResponse_SaysNo(t *testing.T) {
	t.Parallel()
	for _, r := range []openrtb.Response{
		{ID: "x", NBR: openrtb.NoBidUserCap},
		{ID: "x", NBR: openrtb.NoBidUserCap, Cur: "EUR", Seats: []openrtb.Seat{{Seat: "a"}}},
	} {
		assert.JSONEq(t, `{"id":"x","nbr":9}`, string(openrtb.AppendResponse(nil, r)))
	}
	r := openrtb.Response{ID: "x", Seats: []openrtb.Seat{{Seat: "empty"}, {Bids: []openrtb.Bid{{ID: "1"}}}, {}}}
	assert.JSONEq(t, `{"id":"x","seatbid":[{"bid":[{"id":"1","price":0}]}]}`, string(openrtb.AppendResponse(nil, r)), "seats without bids are left out")
}

func TestAppendResponse_AnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		price := rapid.Int64Range(0, 1_000_000_000_000_000).Draw(t, "price")
		data := openrtb.AppendResponse([]byte("kept"), openrtb.Response{ID: text, Seats: []openrtb.Seat{{Bids: []openrtb.Bid{{AdM: text, Price: price}}}}})
		require.True(t, strings.HasPrefix(string(data), "kept"))
		var got struct {
			ID      string
			SeatBid []struct {
				Bid []struct {
					AdM   string
					Price json.Number
				}
			}
		}
		require.NoError(t, json.Unmarshal(data[4:], &got))
		assert.Equal(t, text, got.ID)
		assert.Equal(t, text, got.SeatBid[0].Bid[0].AdM)
		f, err := got.SeatBid[0].Bid[0].Price.Float64()
		require.NoError(t, err)
		assert.Equal(t, strconv.FormatFloat(float64(price)/1e9, 'f', 6, 64), strconv.FormatFloat(f, 'f', 6, 64))
	})
}

func TestAppendResponse_WhatIsNoText(t *testing.T) {
	t.Parallel()
	data := openrtb.AppendResponse(nil, openrtb.Response{ID: "a\xffb\xed\xa0\x80\x00\"\\\n\t\u2028"})
	var got struct{ ID string }
	require.NoError(t, json.Unmarshal(data, &got))
	assert.Equal(t, "a\ufffdb\ufffd\ufffd\ufffd\x00\"\\\n\t\u2028", got.ID)
}

func TestAppendResponse_AllocatesNothing(t *testing.T) {
	if underRace {
		t.Skip("the race detector allocates")
	}
	r, buf := answer(banner(t)), make([]byte, 0, 8192)
	assert.Zero(t, testing.AllocsPerRun(100, func() { openrtb.AppendResponse(buf, r) }))
}

// judged tells an answer in short.
func judged(a openrtb.Answer) string {
	var s strings.Builder
	for _, o := range a.Offers {
		fmt.Fprintf(&s, "%s/%s=%d ", o.ImpID, o.ID, o.Price/1_000_000)
	}
	for _, r := range a.Refused {
		fmt.Fprintf(&s, "-%s:%d ", r.ID, r.Reason)
	}
	return strings.TrimSpace(s.String())
}

// respond is a response to the banner request with the given bids.
func respond(bids ...string) []byte {
	return []byte(`{"id":"80ce30c53c16e6ede735f123ef6e32361bfc7b22","cur":"EUR","seatbid":[{"seat":"marquee","bid":[` + strings.Join(bids, ",") + `]}]}`)
}

// good is a bid that may take part, with some of its fields changed.
func good(changes ...string) string {
	fields := map[string]string{
		"id": `"b1"`, "impid": `"1"`, "price": `1.5`, "adm": `"<b>ad</b>"`, "crid": `"cr"`, "adomain": `["film.example"]`, "w": "300", "h": "250",
	}
	for _, c := range changes {
		name, value, _ := strings.Cut(c, "=")
		fields[name] = value
	}
	parts := make([]string, 0, len(fields))
	for name, value := range fields {
		if value != "" {
			parts = append(parts, fmt.Sprintf("%q:%s", name, value))
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func TestParseResponse_JudgesEachBid(t *testing.T) {
	t.Parallel()
	asked := banner(t)
	asked.BlockedSeats = []string{"bad"}
	for name, c := range map[string]struct{ bid, want string }{
		"as it should be":             {good(), "1/b1=1500"},
		"at the floor":                {good("price=0.35"), "1/b1=350"},
		"below the floor":             {good("price=0.349999999"), "-b1:100"},
		"without a price":             {good("price="), "-b1:9"},
		"for nothing":                 {good("price=0"), "-b1:9"},
		"for another impression":      {good(`impid="9"`), "-b1:3"},
		"without an identifier":       {good("id="), "-:3"},
		"without markup":              {good("adm="), "-b1:7"},
		"without a creative":          {good("crid="), "-b1:8"},
		"without an advertiser":       {good("adomain=[]"), "-b1:6"},
		"of a blocked advertiser":     {good(`adomain=["film.example","Casino.example"]`), "-b1:205"},
		"of one below it":             {good(`adomain=["www.casino.example"]`), "-b1:205"},
		"of one that sounds like it":  {good(`adomain=["mycasino.example"]`), "1/b1=1500"},
		"of a blocked category":       {good(`cat=["IAB7-39"]`), "-b1:209"},
		"of a blocked group":          {good(`cat=["IAB25-3"]`), "-b1:209"},
		"of a category beside it":     {good(`cat=["IAB7-3","IAB255"]`), "1/b1=1500"},
		"with an attribute":           {good("attr=[3]"), "-b1:210"},
		"with a harmless attribute":   {good("attr=[2]"), "1/b1=1500"},
		"of another size":             {good("w=301"), "-b1:203"},
		"of no size":                  {good("w=", "h="), "1/b1=1500"},
		"a film":                      {good("mtype=2"), "-b1:204"},
		"of unknown kind":             {good("mtype=9"), "-b1:204"},
		"a banner that says so":       {good("mtype=1"), "1/b1=1500"},
		"for a deal, of another seat": {good(`dealid="D-77"`), "-b1:104"},
		"for no deal of ours":         {good(`dealid="D-78"`), "-b1:4"},
		"with a notice by mail":       {good(`burl="mailto:x@example"`), "-b1:3"},
		"with notices":                {good(`burl="https://x.example/b"`, `nurl="http://x.example/n"`), "1/b1=1500"},
	} {
		a, err := openrtb.ParseResponse(respond(c.bid), asked)
		require.NoError(t, err, name)
		assert.Equal(t, c.want, judged(a), name)
	}
}

func TestParseResponse_Seats(t *testing.T) {
	t.Parallel()
	asked := banner(t)
	for name, c := range map[string]struct{ seat, bid, want string }{
		"a seat that is not asked":   {"other", good(), "-b1:104"},
		"no seat":                    {"", good(), "-b1:104"},
		"a deal":                     {"agency-9", good(`dealid="D-77"`, "price=2.5"), "1/b1=2500"},
		"a deal, below its floor":    {"agency-9", good(`dealid="D-77"`, "price=2.49"), "-b1:101"},
		"without a deal, above both": {"agency-9", good("price=0.36"), "1/b1=360"},
	} {
		data := strings.Replace(string(respond(c.bid)), `"marquee"`, strconv.Quote(c.seat), 1)
		a, err := openrtb.ParseResponse([]byte(data), asked)
		require.NoError(t, err, name)
		assert.Equal(t, c.want, judged(a), name)
	}
	asked.Imps[0].Private = true
	a, err := openrtb.ParseResponse(respond(good()), asked)
	require.NoError(t, err)
	assert.Equal(t, "-b1:213", judged(a), "only deals are taken")
}

func TestParseResponse_FloorInAnotherCurrency(t *testing.T) {
	t.Parallel()
	data := strings.Replace(string(respond(good("price=0.01"))), `"EUR"`, `"USD"`, 1)
	a, err := openrtb.ParseResponse([]byte(data), banner(t))
	require.NoError(t, err)
	assert.Equal(t, "1/b1=10", judged(a), "who knows the rate, judges")
	assert.Equal(t, "USD", a.Offers[0].Cur)
}

func TestParseResponse_Films(t *testing.T) {
	t.Parallel()
	asked := video(t)
	for bid, want := range map[string]string{
		good(`impid="v1"`, "price=4"):                      "v1/b1=4000",
		good(`impid="v1"`, "price=4", "mtype=2", "dur=30"): "v1/b1=4000",
		good(`impid="v1"`, "price=4", "dur=31"):            "-b1:204",
		good(`impid="v1"`, "price=4", "mtype=2", "dur=4"):  "-b1:204",
		good(`impid="v1"`, "price=4", "mtype=1"):           "-b1:204",
		good(`impid="v1"`, "price=4", "attr=[14]"):         "-b1:210",
	} {
		data := `{"id":"1234567893","seatbid":[{"bid":[` + bid + `]}]}`
		a, err := openrtb.ParseResponse([]byte(data), asked)
		require.NoError(t, err)
		assert.Equal(t, want, judged(a), bid)
	}
}

// Where several kinds fit, the bid must say which it is to be held against it; where one fits, it is that one.
func TestParseResponse_Kinds(t *testing.T) {
	t.Parallel()
	const request = `{"id":"80ce30c53c16e6ede735f123ef6e32361bfc7b22","cur":["EUR"],"imp":[
		{"id":"n","native":{"request":"{}","battr":[3]}},
		{"id":"m","banner":{"w":300,"h":250,"battr":[1]},"video":{"mimes":["video/mp4"],"maxduration":30,"battr":[2]},"native":{"request":"{}","battr":[3]}}]}`
	asked, err := openrtb.ParseRequest([]byte(request))
	require.NoError(t, err)
	for bid, want := range map[string]string{
		good(`impid="n"`):                        "n/b1=1500",
		good(`impid="n"`, "attr=[3]"):            "-b1:210",
		good(`impid="n"`, "mtype=1"):             "-b1:204",
		good(`impid="n"`, "mtype=3"):             "-b1:204",
		good(`impid="m"`, "attr=[1,2,3]"):        "m/b1=1500",
		good(`impid="m"`, "mtype=1", "attr=[1]"): "-b1:210",
		good(`impid="m"`, "mtype=1", "attr=[2]"): "m/b1=1500",
		good(`impid="m"`, "mtype=1", "w=999"):    "-b1:203",
		good(`impid="m"`, "mtype=2", "attr=[2]"): "-b1:210",
		good(`impid="m"`, "mtype=2", "dur=31"):   "-b1:204",
		good(`impid="m"`, "mtype=2", "w=999"):    "m/b1=1500",
		good(`impid="m"`, "mtype=4", "attr=[3]"): "-b1:210",
		good(`impid="m"`, "mtype=4", "attr=[2]"): "m/b1=1500",
	} {
		a, err := openrtb.ParseResponse(respond(bid), asked)
		require.NoError(t, err)
		assert.Equal(t, want, judged(a), bid)
	}
}

// Whatever the order in which bids come, the same one stays.
func TestParseResponse_OneForEachImpression(t *testing.T) {
	t.Parallel()
	bids := []string{
		good(`id="a"`, "price=1"), good(`id="c"`, "price=2"), good(`id="b"`, "price=2"), good(`id="d"`, "price=0.1"), good(`id="e"`, `impid="2"`, "w=160", "h=600"),
	}
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation(bids).Draw(t, "order")
		asked, err := openrtb.ParseRequest([]byte(twoImps))
		require.NoError(t, err)
		a, err := openrtb.ParseResponse(respond(order...), asked)
		require.NoError(t, err)
		require.Len(t, a.Offers, 2)
		assert.Equal(t, "b", a.Offers[0].ID, "the highest, and of two the one with the smaller identifier")
		assert.Equal(t, "e", a.Offers[1].ID)
		require.Len(t, a.Refused, 3)
		for _, r := range a.Refused {
			assert.Equal(t, map[string]openrtb.Loss{"a": openrtb.LossOutbid, "c": openrtb.LossOutbid, "d": openrtb.LossFloor}[r.ID], r.Reason)
		}
	})
}

const twoImps = `{"id":"80ce30c53c16e6ede735f123ef6e32361bfc7b22","cur":["EUR"],"imp":[
	{"id":"1","bidfloor":0.35,"bidfloorcur":"EUR","banner":{"w":300,"h":250}},{"id":"2","banner":{"w":160,"h":600}}]}`

func TestParseResponse_SameIdentifierTwice(t *testing.T) {
	t.Parallel()
	a, err := openrtb.ParseResponse(respond(good(), good("price=9")), banner(t))
	require.NoError(t, err)
	assert.Equal(t, "1/b1=1500 -b1:3", judged(a), "a notice could not say which")
}

func TestParseResponse_SaysNo(t *testing.T) {
	t.Parallel()
	asked := banner(t)
	for _, data := range []string{
		`{"id":"80ce30c53c16e6ede735f123ef6e32361bfc7b22","nbr":8}`,
		`{"id":"80ce30c53c16e6ede735f123ef6e32361bfc7b22","nbr":8,"seatbid":[]}`,
		`{"id":"80ce30c53c16e6ede735f123ef6e32361bfc7b22","nbr":8,"cur":"JPY","seatbid":null}`,
	} {
		a, err := openrtb.ParseResponse([]byte(data), asked)
		require.NoError(t, err)
		assert.Equal(t, openrtb.NoBidUnmatchedUser, a.NBR)
		assert.Empty(t, a.Offers)
	}
}

func TestParseResponse_RefusesTheWhole(t *testing.T) {
	t.Parallel()
	asked := banner(t)
	id := `"id":"80ce30c53c16e6ede735f123ef6e32361bfc7b22"`
	for data, field := range map[string]string{
		`nonsense`:         "",
		`{}`:               "id",
		`{"id":"another"}`: "id",
		`{` + id + `,"cur":"GBP","seatbid":[{"bid":[` + good() + `]}]}`:            "cur",
		`{` + id + `,"cur":"euro","seatbid":[{"bid":[` + good() + `]}]}`:           "cur",
		`{` + id + `,"cur":"EUR","seatbid":[{"bid":[` + good("price=-1") + `]}]}`:  "seatbid[0].bid[0].price",
		`{` + id + `,"cur":"EUR","seatbid":[{"bid":[` + good("price=inf") + `]}]}`: "seatbid[0].bid[0].price",
		`{` + id + `,"cur":"EUR","seatbid":[{"bid":[` + good("price=nan") + `]}]}`: "seatbid[0].bid[0].price",
		`{` + id + `,"cur":"EUR","seatbid":[{"bid":[` + good(`price="5"`) + `]}]}`: "seatbid[0].bid[0].price",
		`{` + id + `,"seatbid":{}}`:               "seatbid",
		`{` + id + `,"seatbid":[{"bid":[null]}]}`: "seatbid[0].bid[0]",
		`{` + id + `,"seatbid":[{"bid":[` + strings.Repeat("{},", 300) + `{}]},{"bid":[` + strings.Repeat("{},", 300) + `{}]}]}`: "seatbid[1].bid[199]",
	} {
		a, err := openrtb.ParseResponse([]byte(data), asked)
		require.Error(t, err, data)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err))
		assert.Equal(t, field, fault.Of(err).Field, data)
		assert.Equal(t, openrtb.Answer{}, a)
	}
}

// What we say as a bidder, we understand as an exchange.
func TestParseResponse_ReadsOurOwn(t *testing.T) {
	t.Parallel()
	asked := banner(t)
	r := answer(asked)
	r.Seats[0].Bids[1].W, r.Seats[0].Bids[1].H = 160, 600
	a, err := openrtb.ParseResponse(openrtb.AppendResponse(nil, r), asked)
	require.NoError(t, err)
	require.Len(t, a.Offers, 2)
	for i, o := range a.Offers {
		assert.Equal(t, r.Seats[0].Bids[i], o.Bid)
		assert.Equal(t, "marquee", o.Seat)
	}
}

func FuzzParseResponse(f *testing.F) {
	f.Add(respond(good(), good(`id="b2"`, `impid="2"`)))
	f.Add([]byte(`{"id":"80ce30c53c16e6ede735f123ef6e32361bfc7b22","nbr":2}`))
	f.Add(fixture(f, "response/banner.json"))
	asked := banner(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := openrtb.ParseResponse(data, asked)
		if err != nil {
			require.NotNil(t, fault.Of(err))
			return
		}
		seen := map[string]bool{}
		for _, o := range a.Offers {
			assert.False(t, seen[o.ImpID], "one bid for an impression")
			seen[o.ImpID] = true
			assert.Positive(t, o.Price)
			assert.LessOrEqual(t, o.Price, int64(1e15))
			assert.NotEmpty(t, o.AdM)
			assert.Contains(t, asked.Cur, o.Cur)
		}
	})
}

func TestMacros(t *testing.T) {
	t.Parallel()
	m := openrtb.Macros{
		AuctionID: "a&1", BidID: "b", ImpID: "i", SeatID: "s", AdID: "ad", Price: 1_230_000_000, Currency: "EUR", MinToWin: 1_240_000_000,
		Loss: openrtb.LossOutbid, MBR: "0.9",
	}
	for text, want := range map[string]string{
		"":                     "",
		"no macro $ { }":       "no macro $ { }",
		"p=${AUCTION_PRICE}":   "p=1.23",
		"${AUCTION_PRICE:B64}": "MS4yMw%3D%3D",
		"${AUCTION_ID}":        "a%261",
		"${AUCTION_BID_ID}${AUCTION_IMP_ID}${AUCTION_SEAT_ID}${AUCTION_AD_ID}":     "bisad",
		"${AUCTION_CURRENCY}/${AUCTION_LOSS}/${AUCTION_MIN_TO_WIN}/${AUCTION_MBR}": "EUR/102/1.24/0.9",
		"${AUCTION_MULTIPLIER}":    "1",
		"${AUCTION_UNKNOWN}":       "${AUCTION_UNKNOWN}",
		"${AUCTION_PRICE":          "${AUCTION_PRICE",
		"${AUCTION_${AUCTION_ID}}": "${AUCTION_a%261}",
		"${OTHER_PRICE}":           "${OTHER_PRICE}",
		"${AUCTION_}x":             "${AUCTION_}x",
	} {
		assert.Equal(t, want, m.URL(text), text)
	}
	assert.Equal(t, "<i>a&1</i> MS4yMw==", m.Markup("<i>${AUCTION_ID}</i> ${AUCTION_PRICE:B64}"))
}

// What a macro stands for is not looked through again.
func TestMacros_NoMacroInAMacro(t *testing.T) {
	t.Parallel()
	m := openrtb.Macros{AuctionID: "${AUCTION_PRICE}", Price: int64(time.Second)}
	assert.Equal(t, "${AUCTION_PRICE} 1", m.Markup("${AUCTION_ID} ${AUCTION_PRICE}"))
}
