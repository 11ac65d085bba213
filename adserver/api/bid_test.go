package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/api"
	"github.com/marquee-tickets/marquee/adserver/openrtb"
	"github.com/marquee-tickets/marquee/adserver/vast/vasttest"
)

// outside is an exchange's request for a banner, as a stranger would send it.
func outside(change func(*openrtb.Request)) *openrtb.Request {
	q := &openrtb.Request{
		ID: "r1", Cur: []string{"USD"}, At: 2,
		Imps:   []openrtb.Imp{{ID: "1", Banner: &openrtb.Banner{Formats: []openrtb.Format{{W: 970, H: 250}}}, FloorCur: "USD", Secure: true}},
		Device: openrtb.Device{UA: standAgent, IP: "203.0.113.9"},
	}
	if change != nil {
		change(q)
	}
	return q
}

// fixed is the time in these tests.
func fixed() time.Time { return time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC) }

// film makes the impression one in a film.
func film(q *openrtb.Request) *openrtb.Video {
	q.Imps[0].Banner, q.Imps[0].Video = nil, &openrtb.Video{Mimes: []string{"video/mp4"}, W: 1280, H: 720}
	return q.Imps[0].Video
}

// bids sends a request and returns the bids, nil with why when there are none. What an exchange would refuse fails the test.
func (s *stand) bids(q *openrtb.Request) ([]openrtb.Offer, string) {
	s.t.Helper()
	res := s.post(q)
	if res.StatusCode() == 204 {
		require.Empty(s.t, res.Body())
		return nil, string(res.Header.Peek("X-Openrtb-Nbr"))
	}
	require.Equal(s.t, 200, res.StatusCode(), "%s", res.Body())
	a, err := openrtb.ParseResponse(res.Body(), q)
	require.NoError(s.t, err, "%s", res.Body())
	require.Empty(s.t, a.Refused)
	return a.Offers, ""
}

func (s *stand) post(q *openrtb.Request) *fasthttp.Response {
	s.t.Helper()
	key := "Bearer " + api.Key(standSecret, "demo")
	return s.ask("POST", "/openrtb2/bid/demo", string(openrtb.AppendRequest(nil, q)), "Authorization", key)
}

func TestBid_Banner(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("banner", ads.HomeBanner, 1, ads.Size{Width: 970, Height: 250})
	l, c := s.line(nil)
	offers, _ := s.bids(outside(nil))
	require.Len(t, offers, 1)
	o := offers[0]
	assert.EqualValues(t, ads.Unit, o.Price, "the floor, for a thousand")
	assert.Equal(t, []string{"acme.com"}, o.ADomain)
	assert.Equal(t, fmt.Sprint(l.Campaign), o.CID)
	assert.Equal(t, fmt.Sprint(c.ID), o.CrID)
	assert.Equal(t, fmt.Sprint(s.advertiser.ID), o.Seat)
	assert.Equal(t, c.Categories, o.Cat)
	assert.Equal(t, openrtb.MTypeBanner, o.MType)
	assert.Equal(t, s.engine.Lifetime(ads.Image), o.Exp)
	assert.Equal(t, [2]int{970, 250}, [2]int{o.W, o.H})
	assert.Empty(t, o.NURL+o.BURL)
	assert.True(t, strings.HasPrefix(o.LURL, standBase+"/l/"), o.LURL)
	assert.Contains(t, o.AdM, `alt="Blue &#34;sky&#34;"`)
	assert.NotContains(t, o.AdM, "<script")
	view := between(t, o.AdM, `src="`+standBase, `"`, "/v/")
	assert.Equal(t, 204, s.ask("GET", view, "").StatusCode())
	click := between(t, o.AdM, `href="`+standBase, `"`, "/c/")
	assert.Equal(t, 302, s.ask("GET", click, "").StatusCode())
	books := s.books()
	assert.EqualValues(t, 1, books.Views)
	assert.Equal(t, ads.Unit/1000, books.Gross, "what was bid is what is billed")
}

// between is the first text that begins as said behind one of what comes before, up to what comes after.
func between(t *testing.T, text, before, after, begins string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, before+begins)
	require.True(t, ok, text)
	v, _, _ := strings.Cut(rest, after)
	return begins + v
}

// A bid that lost holds no money: the exchange says so, by whichever method and however often, and the next request may have it.
func TestBid_LostIsGivenBack(t *testing.T) {
	t.Parallel()
	for name, format := range map[string]func(*stand) *openrtb.Request{
		"banner": func(s *stand) *openrtb.Request {
			s.place("banner", ads.HomeBanner, 1, ads.Size{Width: 970, Height: 250})
			s.line(func(l *ads.Line, _ *ads.Creative) { l.Bid, l.Budget.Daily = ads.Unit, ads.Unit/100 })
			return outside(nil)
		},
		"video": func(s *stand) *openrtb.Request {
			s.place("film", ads.PreRoll, 1)
			s.film(func(l *ads.Line, _ *ads.Creative) { l.Bid, l.Budget.Daily = ads.Unit, ads.Unit/100 })
			return outside(func(q *openrtb.Request) { film(q) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, nil)
			q := format(s)
			var lost []string
			for range 10 {
				offers, _ := s.bids(q)
				require.Len(t, offers, 1)
				lost = append(lost, strings.TrimPrefix(offers[0].LURL, standBase))
			}
			offers, _ := s.bids(q)
			require.Empty(t, offers, "the day's budget is kept for them")
			for _, address := range lost {
				for _, method := range []string{"GET", "POST"} {
					res := s.ask(method, address+"?reason=102&min=$%7BAUCTION_MIN_TO_WIN%7D", "")
					assert.Equal(t, 204, res.StatusCode())
					assert.Equal(t, "no-store", string(res.Header.Peek("Cache-Control")))
				}
			}
			offers, _ = s.bids(q)
			require.Len(t, offers, 1)
			view, _, _ := strings.Cut(strings.Replace(lost[0], "/l/", "/v/", 1), ".")
			for range 2 {
				assert.Equal(t, 204, s.ask("GET", view, "").StatusCode(), "shown after all")
			}
			for _, address := range lost {
				assert.Equal(t, 204, s.ask("GET", address, "").StatusCode())
			}
			books := s.books()
			assert.EqualValues(t, 1, books.Views)
			assert.Equal(t, ads.Unit/1000, books.Gross)
			assert.EqualValues(t, 10, s.engine.Counters().Lost.Load())
		})
	}
}

func TestBid_CodeIsCoveredByTheLink(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("banner", ads.HomeBanner, 1, ads.Size{Width: 970, Height: 250})
	s.line(func(_ *ads.Line, c *ads.Creative) { c.Format, c.HTML = ads.HTML, `<script>alert("x")</script>` })
	offers, _ := s.bids(outside(nil))
	require.Len(t, offers, 1)
	assert.Contains(t, offers[0].AdM, `sandbox="" inert tabindex="-1"`)
	assert.Contains(t, offers[0].AdM, `srcdoc="&lt;script&gt;`)
	assert.NotContains(t, offers[0].AdM, "<script")
	assert.Contains(t, offers[0].AdM, `aria-label="Visit Acme &amp; Sons"`)
}

func TestBid_PerClickIsBidAsWhatAThousandAreWorth(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("banner", ads.HomeBanner, 1, ads.Size{Width: 970, Height: 250})
	s.line(func(l *ads.Line, _ *ads.Creative) { l.Pricing, l.Bid = ads.CPC, 100*ads.Unit })
	offers, _ := s.bids(outside(nil))
	require.Len(t, offers, 1)
	assert.EqualValues(t, ads.Unit, offers[0].Price)
}

// Whoever asks is obeyed: what is refused is not bid, and whatever else there is takes its place.
func TestBid_TermsAreKept(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("banner", ads.HomeBanner, 2, ads.Size{Width: 970, Height: 250}, ads.Size{Width: 320, Height: 100})
	s.line(func(l *ads.Line, _ *ads.Creative) { l.Bid = 9 * ads.Unit })
	s.rival("Other", "other.com")
	_, second := s.line(func(_ *ads.Line, c *ads.Creative) {
		c.Landing, c.Categories, c.Size = "https://shop.other.com/", []string{"IAB22"}, ads.Size{Width: 320, Height: 100}
	})
	first, other := fmt.Sprint(s.advertiser.ID), fmt.Sprint(s.advertiser.ID+1)
	both := func(q *openrtb.Request) {
		q.Imps[0].Banner.Formats = append(q.Imps[0].Banner.Formats, openrtb.Format{W: 320, H: 100})
	}
	for name, c := range map[string]struct {
		change func(*openrtb.Request)
		seat   string // empty for none
	}{
		"all are welcome":          {both, first},
		"size":                     {func(q *openrtb.Request) { q.Imps[0].Banner.Formats = []openrtb.Format{{W: 320, H: 100}} }, other},
		"no size is said":          {func(q *openrtb.Request) { q.Imps[0].Banner.Formats = nil }, first},
		"a size that we lack":      {func(q *openrtb.Request) { q.Imps[0].Banner.Formats = []openrtb.Format{{W: 1, H: 1}} }, ""},
		"category":                 {func(q *openrtb.Request) { both(q); q.BlockedCats = []string{"IAB1-6"} }, other},
		"group of categories":      {func(q *openrtb.Request) { both(q); q.BlockedCats = []string{"IAB1"} }, other},
		"name of a category alike": {func(q *openrtb.Request) { both(q); q.BlockedCats = []string{"IAB"} }, first},
		"advertiser":               {func(q *openrtb.Request) { both(q); q.BlockedAdvertisers = []string{"Acme.com"} }, other},
		"both advertisers":         {func(q *openrtb.Request) { both(q); q.BlockedAdvertisers = []string{"acme.com", "other.com"} }, ""},
		"seat":                     {func(q *openrtb.Request) { both(q); q.Seats = []string{other} }, other},
		"seat that is not wanted":  {func(q *openrtb.Request) { both(q); q.BlockedSeats = []string{first} }, other},
		"nobody's seat":            {func(q *openrtb.Request) { both(q); q.Seats = []string{"x"} }, ""},
		"floor":                    {func(q *openrtb.Request) { both(q); q.Imps[0].Floor = int64(3 * ads.Unit) }, first},
		"floor of a hair":          {func(q *openrtb.Request) { both(q); q.Imps[0].Floor = 1 }, first},
		"high floor":               {func(q *openrtb.Request) { both(q); q.Imps[0].Floor = int64(9*ads.Unit) + 1 }, ""},
		"floor in another money":   {func(q *openrtb.Request) { both(q); q.Imps[0].Floor, q.Imps[0].FloorCur = 1, "EUR" }, ""},
		"no floor in other money":  {func(q *openrtb.Request) { both(q); q.Imps[0].FloorCur = "EUR" }, first},
		"another money":            {func(q *openrtb.Request) { both(q); q.Cur = []string{"EUR"} }, ""},
		"deals alone":              {func(q *openrtb.Request) { both(q); q.Imps[0].Private = true }, ""},
		"tag":                      {func(q *openrtb.Request) { both(q); q.Imps[0].TagID = "banner" }, first},
		"tag of nothing":           {func(q *openrtb.Request) { both(q); q.Imps[0].TagID = "x" }, first},
		"crawler":                  {func(q *openrtb.Request) { both(q); q.Device.UA = "Googlebot/2.1 (+http://www.google.com/bot.html)" }, ""},
		"consent that is nonsense": {func(q *openrtb.Request) { both(q); q.User.Consent, q.User.ID = "%%%", "u" }, first},
	} {
		offers, _ := s.bids(outside(c.change))
		if c.seat == "" {
			assert.Empty(t, offers, name)
			continue
		}
		if assert.Len(t, offers, 1, name) {
			assert.Equal(t, c.seat, offers[0].Seat, name)
		}
	}
	_, why := s.bids(outside(func(q *openrtb.Request) { q.Device.UA = "Googlebot/2.1 (+http://www.google.com/bot.html)" }))
	assert.Equal(t, "3", why)
	_ = second
}

// A house line bids nothing, and a guaranteed one its price, which must be enough.
func TestBid_TiersThatAreNotAuctioned(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("banner", ads.HomeBanner, 1, ads.Size{Width: 970, Height: 250})
	s.line(func(l *ads.Line, _ *ads.Creative) { l.Tier, l.Bid = ads.House, 0 })
	offers, _ := s.bids(outside(nil))
	assert.Empty(t, offers)
	s.line(func(l *ads.Line, _ *ads.Creative) { l.Tier, l.Bid = ads.Guaranteed, 5*ads.Unit })
	offers, _ = s.bids(outside(nil))
	require.Len(t, offers, 1)
	assert.EqualValues(t, 5*ads.Unit, offers[0].Price)
	offers, _ = s.bids(outside(func(q *openrtb.Request) { q.Imps[0].Floor = int64(6 * ads.Unit) }))
	assert.Empty(t, offers)
}

func TestBid_TestIsNotBilled(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("banner", ads.HomeBanner, 1, ads.Size{Width: 970, Height: 250})
	s.line(nil)
	offers, _ := s.bids(outside(func(q *openrtb.Request) { q.Test = true }))
	require.Len(t, offers, 1)
	s.ask("GET", between(t, offers[0].AdM, standBase, `"`, "/v/"), "")
	assert.Zero(t, s.books().Gross)
}

// What is said of page and person reaches targeting; of the person only with consent.
func TestBid_SignalsReachTargeting(t *testing.T) {
	t.Parallel()
	american := func(q *openrtb.Request) { q.Device.Geo = openrtb.Geo{Country: "USA", Region: "CA", City: "San Jose"} }
	german := func(q *openrtb.Request) { q.Device.Geo.Country = "DEU" }
	about := func(change func(*openrtb.User)) func(*openrtb.Request) {
		return func(q *openrtb.Request) { american(q); change(&q.User) }
	}
	for name, c := range map[string]struct {
		targeting string
		change    func(*openrtb.Request)
	}{
		"country":  {`country == "US"`, american},
		"region":   {`region == "US-CA"`, american},
		"city":     {`city == "san-jose"`, american},
		"home":     {`country == "DE"`, func(q *openrtb.Request) { q.User.Geo.Country = "DEU" }},
		"device":   {`device == "desktop"`, nil},
		"language": {`language == "ta"`, func(q *openrtb.Request) { q.Device.Language = "ta" }},
		"content": {`language == "hi" and genre == "drama"`, func(q *openrtb.Request) {
			q.Site = &openrtb.Site{Content: openrtb.Content{Genre: "Drama", Language: "hi"}}
		}},
		"category":  {`category == "IAB1-5"`, func(q *openrtb.Request) { q.Site = &openrtb.Site{Cat: []string{"IAB1-5"}} }},
		"app":       {`category == "IAB1-5"`, func(q *openrtb.Request) { q.App = &openrtb.App{PageCat: []string{"IAB1-5"}} }},
		"search":    {`query == "concert"`, func(q *openrtb.Request) { q.Site = &openrtb.Site{Search: "rock concert"} }},
		"age":       {`age == "25-34"`, about(func(u *openrtb.User) { u.YOB = 1996 })},
		"gender":    {`gender == "female"`, about(func(u *openrtb.User) { u.Gender = "F" })},
		"interests": {`interest == "theatre"`, about(func(u *openrtb.User) { u.Keywords = "Music, Theatre" })},
	} {
		s := newStand(t, func(cfg *api.Config) { cfg.Now = fixed })
		s.place("banner", ads.HomeBanner, 1, ads.Size{Width: 970, Height: 250})
		s.line(func(l *ads.Line, _ *ads.Creative) { l.Targeting = strings.ReplaceAll(c.targeting, "==", "=") })
		offers, _ := s.bids(outside(c.change))
		assert.Len(t, offers, 1, name)
		if c.change == nil {
			continue
		}
		offers, _ = s.bids(outside(nil))
		assert.Empty(t, offers, name)
		personal := strings.HasPrefix(name, "age") || name == "gender" || name == "interests"
		if !personal {
			continue
		}
		for what, refusal := range map[string]func(*openrtb.Request){
			"needs consent": german, "child": func(q *openrtb.Request) { q.Regs.COPPA = true }, "device": func(q *openrtb.Request) { q.Device.LimitTracking = true },
			"gdpr": func(q *openrtb.Request) { q.Regs.GDPR = openrtb.Yes }, "opted out": func(q *openrtb.Request) { q.Regs.USPrivacy = "1YYN" },
		} {
			offers, _ = s.bids(outside(func(q *openrtb.Request) { c.change(q); refusal(q) }))
			assert.Empty(t, offers, "%s: %s", name, what)
		}
	}
}

func TestBid_Video(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("pre", ads.PreRoll, 1)
	s.place("post", ads.PostRoll, 1)
	s.film(nil)
	for name, c := range map[string]struct {
		change func(*openrtb.Video)
		bids   int
	}{
		"as it is":        {func(*openrtb.Video) {}, 1},
		"before":          {func(v *openrtb.Video) { v.StartDelay = 0 }, 1},
		"after":           {func(v *openrtb.Video) { v.StartDelay = -2 }, 1},
		"between":         {func(v *openrtb.Video) { v.StartDelay = 30 }, 0},
		"overlay":         {func(v *openrtb.Video) { v.Linearity = 2 }, 0},
		"another type":    {func(v *openrtb.Video) { v.Mimes = []string{"video/webm"} }, 0},
		"too long":        {func(v *openrtb.Video) { v.Max = 15e9 }, 0},
		"too short":       {func(v *openrtb.Video) { v.Min = 30e9 }, 0},
		"VAST 4.2":        {func(v *openrtb.Video) { v.Protocols = []int{3, 13} }, 1},
		"VAST 3":          {func(v *openrtb.Video) { v.Protocols = []int{3} }, 0},
		"a wrapper alone": {func(v *openrtb.Video) { v.Protocols = []int{14} }, 0},
	} {
		offers, _ := s.bids(outside(func(q *openrtb.Request) { c.change(film(q)) }))
		if !assert.Len(t, offers, c.bids, name) || c.bids == 0 {
			continue
		}
		assert.NoError(t, vasttest.Validate([]byte(offers[0].AdM)))
		assert.Equal(t, openrtb.MTypeVideo, offers[0].MType)
		assert.EqualValues(t, 20e9, offers[0].Dur)
	}
	s.film(func(l *ads.Line, c *ads.Creative) {
		l.Bid, c.Video = 9*ads.Unit, ads.VideoPart{Tag: "https://dsp.example.com/vast"}
	})
	offers, _ := s.bids(outside(func(q *openrtb.Request) { film(q).Protocols = []int{14} }))
	require.Len(t, offers, 1)
	assert.Contains(t, offers[0].AdM, "<Wrapper")
}

func TestBid_Overlay(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("over", ads.Overlay, 1, ads.Size{Width: 970, Height: 250})
	s.line(nil)
	offers, _ := s.bids(outside(func(q *openrtb.Request) { film(q).Linearity = 2 }))
	require.Len(t, offers, 1)
	assert.NoError(t, vasttest.Validate([]byte(offers[0].AdM)))
	assert.Contains(t, offers[0].AdM, "<NonLinear ")
	offers, _ = s.bids(outside(func(q *openrtb.Request) { v := film(q); v.Linearity, v.W = 2, 640 }))
	assert.Empty(t, offers, "it is wider than the player")
}

const nativeRequest = `{"ver":"1.2","assets":[{"id":1,"required":1,"title":{"len":25}},{"id":2,"required":1,"img":{"type":3}},{"id":3,"data":{"type":2}},` +
	`{"id":4,"required":1,"data":{"type":12}},{"id":5,"data":{"type":1,"len":40}},{"id":6,"data":{"type":11}},{"id":7,"img":{"type":1}}]}`

func TestBid_Native(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("list", ads.SponsoredListing, 1)
	s.line(func(_ *ads.Line, c *ads.Creative) {
		c.Format, c.Native = ads.Native, ads.NativePart{Title: "Fly", Body: "To the “moon”", Action: "Book", Image: ads.ImagePart{URL: "https://acme.com/n.png", Alt: "Moon"}}
	})
	ask := func(request string) ([]openrtb.Offer, string) {
		return s.bids(outside(func(q *openrtb.Request) { q.Imps[0].Banner, q.Imps[0].Native = nil, &openrtb.Native{Request: request} }))
	}
	offers, _ := ask(nativeRequest)
	require.Len(t, offers, 1)
	assert.Equal(t, openrtb.MTypeNative, offers[0].MType)
	var got map[string]any
	require.NoError(t, json.Unmarshal([]byte(offers[0].AdM), &got))
	link := got["link"].(map[string]any)["url"].(string)
	assert.True(t, strings.HasPrefix(link, standBase+"/c/"))
	delete(got, "link")
	tracker := got["eventtrackers"].([]any)[0].(map[string]any)
	assert.True(t, strings.HasPrefix(tracker["url"].(string), standBase+"/v/"))
	delete(got, "eventtrackers")
	want := `{"ver":"1.2","assets":[{"id":1,"title":{"text":"Fly"}},{"id":2,"img":{"url":"https://acme.com/n.png"}},{"id":3,"data":{"value":"To the “moon”"}},
		{"id":4,"data":{"value":"Book"}},{"id":5,"data":{"value":"Acme & Sons"}},{"id":6,"data":{"value":"acme.com"}}]}`
	rest, err := json.Marshal(got)
	require.NoError(t, err)
	assert.JSONEq(t, want, string(rest))

	offers, _ = ask(`{"native":{"ver":"1.1","assets":[{"id":1,"title":{"len":90}}]}}`)
	require.Len(t, offers, 1)
	assert.Contains(t, offers[0].AdM, `{"native":{`)
	assert.Contains(t, offers[0].AdM, `"imptrackers":["`+standBase+"/v/")
	for name, request := range map[string]string{
		"icon": `{"assets":[{"id":1,"required":1,"img":{"type":1}}]}`, "film": `{"assets":[{"id":1,"required":1,"video":{}}]}`,
		"short title": `{"assets":[{"id":1,"required":1,"title":{"len":2}}]}`, "rating": `{"assets":[{"id":1,"required":1,"data":{"type":3}}]}`,
		"nothing": `{}`, "no JSON": `{`, "too much": `{"assets":[` + strings.Repeat(`{"id":1},`, 32) + `{"id":2}]}`,
	} {
		offers, _ = ask(request)
		assert.Empty(t, offers, name)
	}
}

// Fifty impressions of one page are bid on, more than the engine takes at a time; an advertiser is seen once among each twenty of them.
func TestBid_ManyImpressions(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("banner", ads.HomeBanner, 1, ads.Size{Width: 970, Height: 250})
	s.line(nil)
	offers, _ := s.bids(outside(func(q *openrtb.Request) {
		one := q.Imps[0]
		for i := 2; i <= openrtb.MaxImps; i++ {
			one.ID = fmt.Sprint(i)
			q.Imps = append(q.Imps, one)
		}
	}))
	var of []string
	for _, o := range offers {
		of = append(of, o.ImpID)
	}
	assert.Equal(t, []string{"1", "21", "41"}, of)
}

// Exchanges compress what they send; what unpacks to more than a request may be is refused.
func TestBid_Compressed(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	s.place("banner", ads.HomeBanner, 1, ads.Size{Width: 970, Height: 250})
	s.line(nil)
	key := "Bearer " + api.Key(standSecret, "demo")
	packed := string(fasthttp.AppendGzipBytes(nil, openrtb.AppendRequest(nil, outside(nil))))
	assert.Equal(t, 200, s.ask("POST", "/openrtb2/bid/demo", packed, "Authorization", key, "Content-Encoding", "gzip").StatusCode())
	bomb := string(fasthttp.AppendGzipBytes(nil, make([]byte, 8<<20)))
	assert.Equal(t, 400, s.ask("POST", "/openrtb2/bid/demo", bomb, "Authorization", key, "Content-Encoding", "gzip").StatusCode())
	assert.Equal(t, 400, s.ask("POST", "/openrtb2/bid/demo", "x", "Authorization", key, "Content-Encoding", "gzip").StatusCode())
}

// What is wanted of a native ad is a text of strangers: whatever it is, it is answered, and what is answered is what was asked for.
func FuzzBid_Native(f *testing.F) {
	s := newStand(f, nil)
	s.place("list", ads.SponsoredListing, 1)
	s.line(func(_ *ads.Line, c *ads.Creative) {
		c.Format, c.Native = ads.Native, ads.NativePart{Title: "Fly", Body: "To the moon", Action: "Book", Image: ads.ImagePart{URL: "https://acme.com/n.png", Alt: "Moon"}}
	})
	f.Add(nativeRequest)
	f.Add(`{"native":{"ver":"1.1","assets":[{"id":-1,"title":{"len":"x"}}]}}`)
	f.Add(`{"assets":[{"id":1,"img":null,"data":[],"title":{}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		q := outside(func(q *openrtb.Request) { q.Imps[0].Banner, q.Imps[0].Native = nil, &openrtb.Native{Request: text} })
		rc := s.request("POST", "/openrtb2/bid/demo", string(openrtb.AppendRequest(nil, q)), "Authorization", "Bearer "+api.Key(standSecret, "demo"))
		require.True(t, s.Serve(rc))
		res := &rc.Response
		if res.StatusCode() != 200 {
			require.Contains(t, []int{204, 400}, res.StatusCode())
			return
		}
		a, err := openrtb.ParseResponse(res.Body(), q)
		require.NoError(t, err)
		require.Len(t, a.Offers, 1)
		require.True(t, json.Valid([]byte(a.Offers[0].AdM)))
	})
}

func TestBid_WhoMayAsk(t *testing.T) {
	t.Parallel()
	s := newStand(t, nil)
	body, key := string(openrtb.AppendRequest(nil, outside(nil))), "Bearer "+api.Key(standSecret, "demo")
	assert.Equal(t, 401, s.ask("POST", "/openrtb2/bid/demo", body).StatusCode())
	assert.Equal(t, 401, s.ask("POST", "/openrtb2/bid/demo", body, "Authorization", "Bearer "+api.Key(standSecret, "other")).StatusCode())
	assert.Equal(t, 400, s.ask("POST", "/openrtb2/bid/other", body, "Authorization", "Bearer "+api.Key(standSecret, "other")).StatusCode())
	assert.Equal(t, 400, s.ask("GET", "/openrtb2/bid/demo", "", "Authorization", key).StatusCode())
	res := s.ask("POST", "/openrtb2/bid/demo", `{"id":"1","imp":[{"id":"1","banner":{"w":-1}}]}`, "Authorization", key)
	assert.Equal(t, 400, res.StatusCode())
	assert.Contains(t, string(res.Body()), "imp[0].banner.w")
	assert.False(t, s.Serve(s.request("POST", "/openrtb2/other", "")))
}
