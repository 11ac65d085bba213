package ads_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/money"
)

func advertiser() ads.Advertiser {
	return ads.Advertiser{
		Name: "Acme", Currency: "USD", TimeZone: "Asia/Kolkata",
		Domains: []ads.AdvertiserDomain{{Name: "acme.example.com", Verified: time.Unix(1, 0)}, {Name: "other.org"}},
	}
}

func publisher() ads.Publisher {
	return ads.Publisher{Slug: "demo", Name: "Demo", Currency: "USD", TimeZone: "UTC", Share: 700_000, Hosts: []string{"demo.com", "localhost"}}
}

func placement() ads.Placement {
	return ads.Placement{Slug: "home-banner", Name: "Home", Kind: ads.HomeBanner, Sizes: []ads.Size{{970, 250}, {320, 100}}, Most: 1}
}

func line() ads.Line {
	return ads.Line{Name: "Weekend", Status: ads.Active, Tier: ads.Auction, Pricing: ads.CPM, Bid: 2 * ads.Unit, Pace: ads.Even}
}

func creative() ads.Creative {
	return ads.Creative{
		Name: "Blue", Format: ads.Image, Size: ads.Size{Width: 970, Height: 250}, Landing: "https://acme.example.com/p?q=1", Weight: 1,
		Image: ads.ImagePart{URL: "https://cdn.acme.com/a.png", Alt: "A blue sky"}, Review: ads.Unsent, Categories: []string{"IAB1-6"},
	}
}

func video() ads.Creative {
	c := creative()
	c.Format, c.Video = ads.Video, ads.VideoPart{URL: "https://cdn.acme.com/a.mp4", MIME: "video/mp4", Seconds: 20, Width: 640, Height: 360, SkipAfter: 5}
	return c
}

func TestValidate_WhatIsRight(t *testing.T) {
	t.Parallel()
	native, html := creative(), creative()
	native.Format, native.Native = ads.Native, ads.NativePart{Title: "Fly", Body: "To the moon", Action: "Book", Image: ads.ImagePart{URL: "/a/0123456789abcdef0123456789abcdef.png", Alt: "Moon"}}
	html.Format, html.HTML = ads.HTML, "<b>Hi</b>"
	programmatic := line()
	programmatic.Bidder = ads.Bidder{URL: "https://dsp.example.com/bid?k=1", QPS: 100}
	elsewhere := video()
	elsewhere.Video = ads.VideoPart{Tag: "https://dsp.example.com/vast?cb=[CACHEBUSTING]"}
	campaign := ads.Campaign{Name: "Spring", Status: ads.Draft, Caps: []ads.Cap{{Times: 3, Per: ads.PerDay}, {Times: 1, Per: ads.PerHour}}}
	for name, v := range map[string]interface{ Validate() error }{
		"advertiser": advertiser(), "publisher": publisher(), "placement": placement(), "line": line(), "line of a bidder": programmatic, "image": creative(), "native": native,
		"html": html, "video": video(), "video elsewhere": elsewhere, "campaign": campaign,
	} {
		require.NoError(t, v.Validate(), name)
	}
}

// Each mistake is refused with the name of its field.
func TestValidate_NamesTheField(t *testing.T) {
	t.Parallel()
	cases := []struct {
		field string
		make  func() error
	}{
		{"name", with(advertiser(), func(a *ads.Advertiser) { a.Name = " " })},
		{"name", with(advertiser(), func(a *ads.Advertiser) { a.Name = "a\nb" })},
		{"name", with(advertiser(), func(a *ads.Advertiser) { a.Name = strings.Repeat("x", 121) })},
		{"currency", with(advertiser(), func(a *ads.Advertiser) { a.Currency = "usd" })},
		{"time_zone", with(advertiser(), func(a *ads.Advertiser) { a.TimeZone = "Mars/Base" })},
		{"time_zone", with(advertiser(), func(a *ads.Advertiser) { a.TimeZone = "" })},
		{"domains[1].name", with(advertiser(), func(a *ads.Advertiser) { a.Domains[1].Name = "127.0.0.1" })},
		{"domains[0].name", with(advertiser(), func(a *ads.Advertiser) { a.Domains[0].Name = "ACME.com" })},
		{"slug", with(publisher(), func(p *ads.Publisher) { p.Slug = "A b" })},
		{"share", with(publisher(), func(p *ads.Publisher) { p.Share = 1_000_001 })},
		{"hosts[0]", with(publisher(), func(p *ads.Publisher) { p.Hosts = []string{"10.0.0.1"} })},
		{"blocked[1]", with(publisher(), func(p *ads.Publisher) { p.Blocked = []string{"IAB7", "gambling"} })},
		{"sizes[0]", with(placement(), func(p *ads.Placement) { p.Sizes[0].Width = 0 })},
		{"sizes", with(placement(), func(p *ads.Placement) { p.Sizes = nil })},
		{"kind", with(placement(), func(p *ads.Placement) { p.Kind = "popup" })},
		{"most", with(placement(), func(p *ads.Placement) { p.Most = 11 })},
		{"floor", with(placement(), func(p *ads.Placement) { p.Floor = -1 })},
		{"bid", with(line(), func(l *ads.Line) { l.Bid = 1 })},
		{"bid", with(line(), func(l *ads.Line) { l.Bid = 0 })},
		{"bid", with(line(), func(l *ads.Line) { l.Tier = ads.House })},
		{"pricing", with(line(), func(l *ads.Line) { l.Tier, l.Pricing = ads.Guaranteed, ads.CPC })},
		{"pricing", with(line(), func(l *ads.Line) { l.Pricing = "cpa" })},
		{"tier", with(line(), func(l *ads.Line) { l.Tier = "" })},
		{"pace", with(line(), func(l *ads.Line) { l.Pace = "" })},
		{"status", with(line(), func(l *ads.Line) { l.Status = "on" })},
		{"flight.ends", with(line(), func(l *ads.Line) { l.Flight = ads.Flight{Starts: time.Unix(10, 0), Ends: time.Unix(10, 0)} })},
		{"budget.daily", with(line(), func(l *ads.Line) { l.Budget = ads.Budget{Total: 5, Daily: 6} })},
		{"budget.total", with(line(), func(l *ads.Line) { l.Budget.Total = ads.MaxNano + 1 })},
		{"caps[1].per", with(line(), func(l *ads.Line) { l.Caps = []ads.Cap{{1, ads.PerDay}, {2, ads.PerDay}} })},
		{"caps[0].times", with(line(), func(l *ads.Line) { l.Caps = []ads.Cap{{0, ads.PerDay}} })},
		{"targeting", with(line(), func(l *ads.Line) { l.Targeting = strings.Repeat("x", 4097) })},
		{"bidder.url", with(line(), func(l *ads.Line) { l.Bidder.URL = "http://dsp.example.com" })},
		{"bidder.qps", with(line(), func(l *ads.Line) { l.Bidder = ads.Bidder{URL: "https://dsp.example.com/bid", QPS: -1} })},
		{"tier", with(line(), func(l *ads.Line) { l.Tier, l.Bidder.URL = ads.Guaranteed, "https://dsp.example.com/bid" })},
		{"pricing", with(line(), func(l *ads.Line) { l.Pricing, l.Bidder.URL = ads.CPC, "https://dsp.example.com/bid" })},
		{"attribution", with(ads.Campaign{Name: "Spring", Status: ads.Draft}, func(c *ads.Campaign) { c.Attribution = 91 })},
		{"attribution", with(ads.Campaign{Name: "Spring", Status: ads.Draft}, func(c *ads.Campaign) { c.Attribution = -1 })},
		{"landing", with(creative(), func(c *ads.Creative) { c.Landing = "http://acme.com" })},
		{"weight", with(creative(), func(c *ads.Creative) { c.Weight = 0 })},
		{"format", with(creative(), func(c *ads.Creative) { c.Format = "flash" })},
		{"size", with(creative(), func(c *ads.Creative) { c.Size = ads.Size{} })},
		{"image.url", with(creative(), func(c *ads.Creative) { c.Image.URL = "/etc/passwd" })},
		{"image.alt", with(creative(), func(c *ads.Creative) { c.Image.Alt = "" })},
		{"html", with(creative(), func(c *ads.Creative) { c.Format = ads.HTML })},
		{"native.title", with(creative(), func(c *ads.Creative) { c.Format = ads.Native })},
		{"video.mime", with(video(), func(c *ads.Creative) { c.Video.MIME = "text/html" })},
		{"video.seconds", with(video(), func(c *ads.Creative) { c.Video.Seconds = 0 })},
		{"video.tag", with(video(), func(c *ads.Creative) { c.Video = ads.VideoPart{Tag: "http://dsp.example.com/vast"} })},
		{"video.url", with(video(), func(c *ads.Creative) { c.Video = ads.VideoPart{} })},
		{"video.skip_after", with(video(), func(c *ads.Creative) { c.Video.SkipAfter = 20 })},
		{"categories[0]", with(creative(), func(c *ads.Creative) { c.Categories = []string{"<b>"} })},
	}
	for _, c := range cases {
		err := c.make()
		require.Error(t, err, c.field)
		assert.Equal(t, c.field, fault.Of(err).Field, err.Error())
		assert.Equal(t, fault.Invalid, fault.CodeOf(err))
	}
}

func with[T interface{ Validate() error }](v T, change func(*T)) func() error {
	change(&v)
	return v.Validate
}

// A click leads only to a web server over HTTPS by its name: nothing that a header line, a browser or a resolver could read in another way.
func TestCreative_LandingIsAWebAddress(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "acme.com", "//acme.com", "javascript:alert(1)", "https://user:pw@acme.com/", "https://acme.com:8443/", "https://10.0.0.1/", "https://[::1]/",
		"https://localhost/", "https://acme.com/\r\nSet-Cookie: a=b", "https://acme.com/a b", "https://acme.com\\@evil.com/", "ftp://acme.com/",
		"https://acme.com/" + strings.Repeat("x", 2048), "https://2130706433/", "data:text/html,x",
	} {
		c := creative()
		c.Landing = address
		require.Error(t, c.Validate(), address)
		assert.Empty(t, c.LandingHost(), address)
	}
	c := creative()
	c.Landing = "https://Bücher.example/x"
	assert.Equal(t, "xn--bcher-kva.example", c.LandingHost())
	assert.Equal(t, "https://xn--bcher-kva.example/x", c.LandingURL())
}

func TestAdvertiser_OwnsWhatItHasShown(t *testing.T) {
	t.Parallel()
	a := advertiser()
	for host, owned := range map[string]bool{
		"acme.example.com": true, "www.acme.example.com": true, "notacme.example.com": false, "example.com": false, "other.org": false, "": false,
	} {
		assert.Equal(t, owned, a.Owns(host), host)
	}
}

func TestPlacement_Fits(t *testing.T) {
	t.Parallel()
	p, c := placement(), creative()
	assert.True(t, p.Fits(c))
	c.Size.Height++
	assert.False(t, p.Fits(c))
	assert.False(t, p.Fits(video()))
	p.Kind = ads.PreRoll
	assert.True(t, p.Fits(video()))
	for _, k := range ads.PlacementKinds() {
		assert.True(t, k.Valid())
		assert.NotEmpty(t, k.Formats(), k)
	}
}

func TestNano_DecimalIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := ads.Nano(rapid.Int64Range(0, int64(ads.MaxNano)).Draw(t, "n"))
		got, err := ads.ParseNano("x", n.String())
		require.NoError(t, err)
		require.Equal(t, n, got)
	})
	for text, want := range map[string]ads.Nano{"0": 0, "12.5": 12_500_000_000, "0.000000001": 1, "1.": ads.Unit} {
		got, err := ads.ParseNano("x", text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "-1", ".5", "1e3", "0.0000000001", "99999999999", "1,5", "+1", "0x1"} {
		_, err := ads.ParseNano("x", text)
		require.Error(t, err, text)
		assert.Equal(t, "x", fault.Of(err).Field)
	}
	assert.Equal(t, "-0.5", (-ads.Unit / 2).String())
}

func TestNano_ShareLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := ads.Nano(rapid.Int64Range(0, int64(ads.MaxNano)).Draw(t, "n"))
		rate := money.Rate(rapid.Int64Range(0, 1_000_000).Draw(t, "rate"))
		share, rest := n.Share(rate)
		require.Equal(t, n, share+rest)
		require.GreaterOrEqual(t, share, ads.Nano(0))
		require.GreaterOrEqual(t, rest, ads.Nano(0))
		if rate == money.Whole {
			require.Zero(t, rest)
		}
	})
}

func TestNano_AmountAndBack(t *testing.T) {
	t.Parallel()
	for _, c := range []money.Currency{"USD", "JPY", "KWD"} {
		rapid.Check(t, func(t *rapid.T) {
			a := money.New(rapid.Int64Range(-4e6, 4e6).Draw(t, "minor"), c)
			n, err := ads.OfAmount("amount", a)
			require.NoError(t, err)
			extra := ads.Nano(rapid.Int64Range(0, 999_999).Draw(t, "extra"))
			if a.Minor < 0 {
				extra = -extra
			}
			whole, rest := (n + extra).Amount(c)
			require.Equal(t, a, whole)
			require.Equal(t, extra, rest)
		})
	}
	_, err := ads.OfAmount("amount", money.New(1<<62, "JPY"))
	require.Error(t, err)
}

func TestFlight_Covers(t *testing.T) {
	t.Parallel()
	f := ads.Flight{Starts: time.Unix(10, 0), Ends: time.Unix(20, 0)}
	for second, in := range map[int64]bool{9: false, 10: true, 19: true, 20: false} {
		assert.Equal(t, in, f.Covers(time.Unix(second, 0)), second)
	}
	assert.True(t, ads.Flight{}.Covers(time.Unix(5, 0)))
}

func TestLine_PerImpression(t *testing.T) {
	t.Parallel()
	l := line()
	assert.EqualValues(t, 2_000_000, l.PerImpression())
	l.Pricing = ads.CPC
	assert.Zero(t, l.PerImpression())
}

func FuzzLanding(f *testing.F) {
	f.Add("https://acme.com/p?q=1")
	f.Add("https://acme.com\r\n")
	f.Fuzz(func(t *testing.T, address string) {
		c := creative()
		c.Landing = address
		if c.Validate() == nil {
			require.True(t, strings.HasPrefix(strings.ToLower(address), "https://"))
			require.NotContains(t, address, "\n")
			require.NotContains(t, c.LandingHost(), "/")
		}
	})
}

// Sums of what nobody pays end at the most that there is.
func TestNano_PlusNeverOverflows(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]ads.Nano{{0, 0, 0}, {1, 2, 3}, {ads.MaxNano - 1, 1, ads.MaxNano}, {ads.MaxNano, 1, ads.MaxNano}, {ads.MaxNano, ads.MaxNano, ads.MaxNano}} {
		assert.Equal(t, c[2], c[0].Plus(c[1]))
		assert.Equal(t, c[2], c[1].Plus(c[0]))
	}
}
