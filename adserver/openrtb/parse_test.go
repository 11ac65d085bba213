package openrtb_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prebid/openrtb/v20/openrtb2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/openrtb"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func TestParseRequest_Banner(t *testing.T) {
	t.Parallel()
	q := banner(t)
	require.Len(t, q.Imps, 2)
	first := q.Imps[0]
	assert.Equal(t, "home-top", first.TagID)
	assert.True(t, first.Secure)
	assert.False(t, first.Instl)
	assert.Equal(t, int64(350_000_000), first.Floor)
	assert.Equal(t, "EUR", first.FloorCur)
	assert.Equal(t, 5*time.Minute, first.Exp)
	assert.Equal(t, &openrtb.Banner{
		Formats: []openrtb.Format{{W: 300, H: 250}, {W: 320, H: 100}, {W: 336, H: 280}}, BType: []int{4}, BAttr: []int{1, 3, 9, 13}, Pos: 1,
	}, first.Banner)
	assert.Equal(t, []openrtb.Deal{{ID: "D-77", Floor: 2_500_000_000, FloorCur: "EUR", At: 1, Seats: []string{"agency-9"}}}, first.Deals)
	assert.Nil(t, first.Video)

	require.NotNil(t, q.Site)
	assert.Nil(t, q.App)
	assert.Equal(t, "kino-am-ring.example", q.Site.Domain)
	assert.Equal(t, []string{"IAB1", "IAB1-5"}, q.Site.Cat)
	assert.Equal(t, openrtb.Content{Title: "Dune: Teil Zwei", Genre: "Science Fiction", Language: "de", Keywords: "arrakis", Cat: []string{"IAB1-5"}}, q.Site.Content)
	assert.Equal(t, "203.0.113.77", q.Device.IP)
	assert.Equal(t, openrtb.Geo{Located: true, Lat: 50.9375, Lon: 6.9603, Country: "DEU", Region: "NW", City: "Köln", Zip: "50667", Type: 2, UTCOffset: 60}, q.Device.Geo)
	assert.Equal(t, 1984, q.User.YOB)
	assert.Equal(t, openrtb.Regs{GDPR: openrtb.Yes, GPP: "DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", GPPSID: []int{2}}, q.Regs)
	assert.True(t, q.Source.Complete)
	assert.Equal(t, []openrtb.Node{{System: "exchange.example", Seller: "1234", RequestID: "r-1"}, {System: "reseller.example", Seller: "abc"}}, q.Source.Nodes)
	assert.Equal(t, 2, q.At)
	assert.Equal(t, 120*time.Millisecond, q.TMax)
	assert.Equal(t, []string{"EUR", "USD"}, q.Currencies())
	assert.Equal(t, []string{"competitor.example", "casino.example"}, q.BlockedAdvertisers)
	assert.Equal(t, []string{"agency-9", "marquee"}, q.Seats)
}

func TestParseRequest_Video(t *testing.T) {
	t.Parallel()
	q := video(t)
	require.Len(t, q.Imps, 1)
	assert.Equal(t, &openrtb.Video{
		Mimes: []string{"video/mp4", "video/webm"}, Protocols: []int{3, 6, 7, 8, 11, 12, 13, 14}, Min: 5 * time.Second, Max: 30 * time.Second,
		W: 1280, H: 720, StartDelay: -1, Plcmt: 1, Linearity: 1, Skip: true, BAttr: []int{13, 14}, PlaybackMethod: []int{1, 3}, API: []int{7}, Pos: 1,
	}, q.Imps[0].Video)
	assert.Equal(t, "USD", q.Imps[0].FloorCur)
	assert.Equal(t, "com.example.kino", q.App.Bundle)
	assert.Equal(t, "Trailer – Dune", q.App.Content.Title, "escapes are undone")
	assert.Equal(t, 140*time.Second, q.App.Content.Length)
	assert.True(t, q.Device.LimitTracking)
	assert.Equal(t, "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", q.User.Consent, "as 2.5 has it")
	assert.Equal(t, openrtb.Regs{GDPR: openrtb.No, USPrivacy: "1YNN"}, q.Regs, "as 2.5 has it")
	assert.Equal(t, []openrtb.Node{{System: "ssp.example", Seller: "77"}}, q.Source.Nodes, "as 2.5 has it")
	assert.Equal(t, []string{"USD"}, q.Currencies())
}

// What is read owns its memory.
func TestParseRequest_OwnsItsMemory(t *testing.T) {
	t.Parallel()
	data := fixture(t, "request/banner.json")
	q, err := openrtb.ParseRequest(data)
	require.NoError(t, err)
	before := string(openrtb.AppendRequest(nil, q))
	clear(data)
	for range 100 {
		_ = video(t)
	}
	assert.Equal(t, before, string(openrtb.AppendRequest(nil, q)))
}

// with returns the banner request with one replacement.
func with(t *testing.T, old, instead string) []byte {
	t.Helper()
	data := fixture(t, "request/banner.json")
	require.Contains(t, string(data), old)
	return bytes.Replace(data, []byte(old), []byte(instead), 1)
}

func TestParseRequest_RefusesNamingThePath(t *testing.T) {
	t.Parallel()
	many := `"imp": [` + strings.Repeat(`{"id":"x","banner":{}},`, openrtb.MaxImps) + `{"id":"y","banner":{}}], "old": [`
	for field, c := range map[string][2]string{
		"id":                              {`"id": "80ce30c53c16e6ede735f123ef6e32361bfc7b22"`, `"id": ""`},
		"at":                              {`"at": 2`, `"at": "second"`},
		"tmax":                            {`"tmax": 120`, `"tmax": -1`},
		"cur":                             {`["EUR", "USD"]`, `["EUR", "usd"]`},
		"bcat":                            {`"bcat": ["IAB25",`, `"bcat": [25,`},
		"badv":                            {`"badv": ["competitor.example", "casino.example"]`, `"badv": "competitor.example"`},
		"imp":                             {`"imp": [`, many},
		"imp[0].id":                       {`"id": "1",`, ``},
		"imp[1].id":                       {`"id": "2",`, `"id": "1",`},
		"imp[0].bidfloor":                 {`"bidfloor": 0.35`, `"bidfloor": -0.35`},
		"imp[0].bidfloorcur":              {`"bidfloorcur": "EUR"`, `"bidfloorcur": "Euro"`},
		"imp[0].secure":                   {`"secure": 1`, `"secure": 2`},
		"imp[0].exp":                      {`"exp": 300`, `"exp": 0.5`},
		"imp[0].banner":                   {`"banner": {"w": 300, "h": 250, "pos": 1,`, `"banner": [1], "other": {"w": 300, "h": 250, "pos": 1,`},
		"imp[0].banner.w":                 {`{"w": 300, "h": 250, "pos"`, `{"w": 1e9, "h": 250, "pos"`},
		"imp[0].banner.format[1].h":       {`{"w": 320, "h": 100}`, `{"w": 320, "h": "100"}`},
		"imp[0].banner.format[2]":         {`{"w": 336, "h": 280}`, `336`},
		"imp[0].banner.battr":             {`[1, 3, 9, 13]`, `[1, 3, 9, 1e6]`},
		"imp[0].pmp.deals[0].id":          {`"id": "D-77", `, ``},
		"imp[0].pmp.deals[0].bidfloor":    {`"bidfloor": 2.5`, `"bidfloor": 2e9`},
		"imp[1]":                          {`"banner": {"format": [{"w": 160, "h": 600}, {"w": 300, "h": 600}], "pos": 3}`, `"audio": {}`},
		"imp[1].video.mimes":              {`"banner": {"format": [{"w": 160, "h": 600}, {"w": 300, "h": 600}], "pos": 3}`, `"video": {}`},
		"imp[1].video.maxduration":        {`"banner": {"format": [{"w": 160, "h": 600}, {"w": 300, "h": 600}], "pos": 3}`, `"video": {"mimes": ["video/mp4"], "minduration": 30, "maxduration": 6}`},
		"imp[1].native.request":           {`"banner": {"format": [{"w": 160, "h": 600}, {"w": 300, "h": 600}], "pos": 3}`, `"native": {}`},
		"app":                             {`"site": {`, `"app": {}, "site": {`},
		"site":                            {`"site": {`, `"site": "x", "old": {`},
		"site.cat":                        {`"cat": ["IAB1", "IAB1-5"]`, `"cat": [["IAB1"]]`},
		"site.publisher.id":               {`"id": "8953"`, `"id": {}`},
		"site.content.len":                {`"content": {`, `"content": {"len": "long", `},
		"device.ip":                       {`"ip": "203.0.113.77"`, `"ip": "203.0.113"`},
		"device.dnt":                      {`"dnt": 0`, `"dnt": "no"`},
		"device.geo.lat":                  {`"lat": 50.9375`, `"lat": 95`},
		"user.yob":                        {`"yob": 1984`, `"yob": 84.5`},
		"user.geo":                        {`"geo": {"country": "DEU"}`, `"geo": "DEU"`},
		"regs.gdpr":                       {`"gdpr": 1`, `"gdpr": 3`},
		"regs.gpp_sid":                    {`"gpp_sid": [2]`, `"gpp_sid": ["2"]`},
		"source.schain":                   {`"schain": {`, `"schain": 1, "old": {`},
		"source.schain.nodes[0].asi":      {`"asi": "exchange.example"`, `"asi": []`},
		"source.schain.nodes[1].domain":   {`"asi": "reseller.example"`, `"domain": true`},
		"imp[0].pmp.deals[0].wseat":       {`"wseat": ["agency-9"]`, `"wseat": [9]`},
		"imp[0].pmp.private_auction":      {`"private_auction": 0`, `"private_auction": {}`},
		"imp[0].pmp.deals[0].at":          {`"bidfloorcur": "EUR", "at": 1`, `"bidfloorcur": "EUR", "at": nan`},
		"imp[0].pmp.deals[0].bidfloorcur": {`"bidfloor": 2.5, "bidfloorcur": "EUR"`, `"bidfloor": 2.5, "bidfloorcur": 978`},
	} {
		q, err := openrtb.ParseRequest(with(t, c[0], c[1]))
		require.Error(t, err, field)
		assert.Nil(t, q)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err))
		assert.Equal(t, field, fault.Of(err).Field, "%v", err)
	}
}

func TestParseRequest_IsNoDocument(t *testing.T) {
	t.Parallel()
	for _, data := range []string{"", "null", "[]", "{", `{"id":"x"} {}`, `"text"`, strings.Repeat("[", 10_000), `{"id":"` + strings.Repeat("x", 300<<10) + `"}`} {
		_, err := openrtb.ParseRequest([]byte(data))
		require.Error(t, err)
		assert.Equal(t, fault.Invalid, fault.CodeOf(err))
		assert.Empty(t, fault.Of(err).Field)
		assert.Less(t, len(err.Error()), 100, "what came is not repeated")
	}
}

func TestParseRequest_Lenient(t *testing.T) {
	t.Parallel()
	q, err := openrtb.ParseRequest([]byte(`{"id":7,"imp":[{"id":1,"secure":true,"instl":false,"banner":{"w":300.0,"h":250,"format":null}},{"id":"n","native":{"request":"{}"}}],
		"regs":{"gdpr":null,"ext":{"gdpr":1,"gpp":"DBAA","gpp_sid":[-1]}},"site":null,"user":{"ext":null},"unknown":[[[]]]}`))
	require.NoError(t, err)
	assert.Equal(t, "7", q.ID, "numbers are taken for identifiers")
	assert.Equal(t, []openrtb.Format{{W: 300, H: 250}}, q.Imps[0].Banner.Formats)
	assert.True(t, q.Imps[0].Secure)
	assert.Equal(t, &openrtb.Native{Request: "{}"}, q.Imps[1].Native)
	assert.Equal(t, openrtb.Regs{GDPR: openrtb.Yes, GPP: "DBAA", GPPSID: []int{-1}}, q.Regs)
	assert.Equal(t, 2, q.At, "second price is what the specification has for silence")
}

// What is written reads as what was written, and the names of its fields are those of the specification, as prebid's types have them.
func TestAppendRequest_ReadsAsItself(t *testing.T) {
	t.Parallel()
	for _, q := range []*openrtb.Request{banner(t), video(t)} {
		data := openrtb.AppendRequest(nil, q)
		again, err := openrtb.ParseRequest(data)
		require.NoError(t, err, "%s", data)
		assert.Equal(t, q, again)
		known(t, data, &openrtb2.BidRequest{})
	}
}

// known reads a document into types of another's making, which must have all its fields.
func known(t *testing.T, data []byte, into any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(into), "%s", data)
}

func FuzzParseRequest(f *testing.F) {
	f.Add(fixture(f, "request/banner.json"))
	f.Add(fixture(f, "request/video.json"))
	f.Add([]byte(`{"id":"\ud800","imp":[{"id":"\u0000\"","bidfloor":1e-9,"native":{"request":"{\"a\":1}"}}],"device":{"geo":{"lat":-0.0,"lon":1e-300}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		q, err := openrtb.ParseRequest(data)
		if err != nil {
			require.NotNil(t, fault.Of(err))
			return
		}
		require.NotEmpty(t, q.ID)
		require.NotEmpty(t, q.Imps)
		written := openrtb.AppendRequest(nil, q)
		require.True(t, json.Valid(written), "%s", written)
		again, err := openrtb.ParseRequest(written)
		require.NoError(t, err, "%s", written)
		assert.Equal(t, string(written), string(openrtb.AppendRequest(nil, again)))
		_ = openrtb.BuildRequest(nil, q, openrtb.May{}, openrtb.Node{System: "x"}, true)
	})
}

func BenchmarkParseAndAnswer(b *testing.B) {
	for _, name := range []string{"banner", "video"} {
		b.Run(name, func(b *testing.B) {
			var compact bytes.Buffer
			require.NoError(b, json.Compact(&compact, fixture(b, "request/"+name+".json")))
			var out []byte
			b.ReportAllocs()
			b.SetBytes(int64(compact.Len()))
			for b.Loop() {
				q, err := openrtb.ParseRequest(compact.Bytes())
				if err != nil {
					b.Fatal(err)
				}
				out = openrtb.AppendResponse(out[:0], answer(q))
			}
		})
	}
}

// answer is a response with one bid for each impression.
func answer(q *openrtb.Request) openrtb.Response {
	bids := make([]openrtb.Bid, len(q.Imps))
	for i := range q.Imps {
		bids[i] = openrtb.Bid{
			ID: fmt.Sprint("b", i+1), ImpID: q.Imps[i].ID, Price: 4_500_000_000, ADomain: []string{"film.example"}, CID: "c7", CrID: "cr9", Cat: []string{"IAB1-5"},
			W: 300, H: 250, MType: openrtb.MTypeBanner, Exp: time.Minute,
			AdM:  `<a href="https://ads.example/c?t=1"><img src="https://ads.example/i.png" width="300" height="250" alt="Dune"></a>`,
			BURL: "https://ads.example/b?p=${AUCTION_PRICE}", NURL: "https://ads.example/n?p=${AUCTION_PRICE}", LURL: "https://ads.example/l?r=${AUCTION_LOSS}",
		}
		if q.Imps[i].Video != nil {
			bids[i].MType, bids[i].W, bids[i].H, bids[i].Dur, bids[i].AdM = openrtb.MTypeVideo, 0, 0, 20*time.Second, `<VAST version="4.2"/>`
		}
	}
	return openrtb.Response{ID: q.ID, BidID: "m-1", Cur: q.Currencies()[0], Seats: []openrtb.Seat{{Seat: "marquee", Bids: bids}}}
}
