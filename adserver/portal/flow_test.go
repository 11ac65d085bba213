package portal_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/portal"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

// proofs are domains that show what they are asked for.
type proofs map[string]bool

func (p proofs) Check(_ context.Context, domain, proof string) (bool, error) {
	return p[domain] && strings.HasPrefix(proof, "marquee-ads-"), nil
}

// From signing up to an ad that can be served, as somebody does it, with the pages' own forms.
func TestFlow_FromSigningUpToAnAdThatCanBeServed(t *testing.T) {
	t.Parallel()
	k := open(t, func(c *portal.Config) { c.Domains = proofs{"shop.example": true} })
	other := k.tenant("BETA") // whose placement the ad fits
	b := k.nobody()
	b.post("/sign-up", "name", "Asha", "email", " Asha@Shop.example ", "password", password, "company", "Shop", "currency", "eur", "time_zone", "Asia/Kolkata").leads("/advertisers/2")
	assert.Contains(t, b.get("/advertisers/2").text(), "From nothing to an ad in four steps")

	b.post("/advertisers/2/domains", "domain", "Shop.Example").leads("/advertisers/2/settings")
	b.post("/advertisers/2/domains/check", "domain", "shop.example").leads("/advertisers/2/settings")

	campaign := b.post("/advertisers/2/campaigns", "name", "Summer", "budget.total", "500", "flight.starts", "2026-06-01T00:00")
	campaign.leads("/advertisers/2/campaigns/2")
	c, err := k.db.Campaigns.Get(t.Context(), 2)
	require.NoError(t, err)
	assert.Equal(t, "2026-05-31T18:30:00Z", c.Value.Flight.Starts.Format("2006-01-02T15:04:05Z07:00"), "it starts at midnight in Kolkata")
	assert.Equal(t, ads.Draft, c.Value.Status)

	line := b.post("/advertisers/2/campaigns/2/lines", "name", "Everybody", "tier", "auction", "pricing", "cpm", "bid", "4.50", "pace", "even",
		"placements", "1", "in.country", "IN, AE", "not.hour", "mon-fri 9-17", "targeting", "genre = drama or genre = comedy", "caps.day", "3", "product", "shoes")
	line.leads("/advertisers/2/lines/2")
	l, err := k.db.Lines.Get(t.Context(), 2)
	require.NoError(t, err)
	assert.Equal(t, `country in ("IN", "AE") and hour not in (mon-fri 9-17) and (genre = drama or genre = comedy)`, l.Value.Targeting)
	assert.Equal(t, []ads.PlacementID{other.placement.ID}, l.Value.Placements)
	assert.Equal(t, []ads.Cap{{Times: 3, Per: ads.PerDay}}, l.Value.Caps)

	b.upload("/advertisers/2/lines/2/creatives", "x.png", picture(t, 300, 250), "format", "image", "name", "Banner", "landing", "https://shop.example/sale",
		"weight", "50", "size", "", "image.alt", "Summer sale", "image.url", "", "categories", "IAB22").leads("/advertisers/2/creatives/2")
	cr, err := k.db.Creatives.Get(t.Context(), 2)
	require.NoError(t, err)
	assert.Equal(t, ads.Size{Width: 300, Height: 250}, cr.Value.Size, "the picture says it")
	asset, err := k.db.Asset(t.Context(), strings.TrimPrefix(cr.Value.Image.URL, ads.AssetPath))
	require.NoError(t, err)
	assert.Equal(t, "image/png", asset.MIME)

	page := b.get("/advertisers/2/lines/2").text()
	for _, why := range []string{"There is no balance", "The campaign is a draft", "The line is a draft", "No creative is approved"} {
		assert.Contains(t, page, why)
	}
	b.post("/advertisers/2/creatives/2/submit").leads("/advertisers/2/creatives/2")
	reviewer := k.member(store.Member{Role: store.Reviewer})
	assert.Contains(t, reviewer.get("/review").text(), "Banner")
	reviewer.post("/review/2", "verdict", "approve", "revision", reviewer.get("/review/2").value("revision")).leads("/review")
	b.post("/advertisers/2/campaigns/2/status", "status", "active").leads("/advertisers/2/campaigns/2")
	b.post("/advertisers/2/lines/2/status", "status", "active").leads("/advertisers/2/lines/2")
	k.pay(b, "/advertisers/2", "50.00", sandbox.Pay)

	assert.Contains(t, b.get("/advertisers/2/lines/2").text(), "The line can be served", b.get("/advertisers/2/lines/2").text())
}

// pay tops up, has the bank decide, and comes back.
func (k *kit) pay(b *browser, at, amount string, how sandbox.Outcome) answer {
	k.Helper()
	began := b.post(at+"/top-ups", "amount", amount)
	require.Equal(k, http.StatusSeeOther, began.Status, began.Body)
	require.True(k, strings.HasPrefix(began.Location, base+"/sandbox/pay/"), began.Location)
	_, err := k.bank.Choose(strings.TrimPrefix(began.Location, base+"/sandbox/pay/"), sandbox.Choice{Outcome: how})
	require.NoError(k, err)
	list, err := k.db.TopUps(k.Context(), store.Filter{All: true, Page: store.Page{Most: 1000}})
	require.NoError(k, err)
	return b.get(at + "/top-ups/" + itoa(list[len(list)-1].ID))
}

func TestCampaign_ProblemsAreSaidBesideTheirFields(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	b := k.buyer(mine)
	for want, f := range map[string]form{
		"Name is missing":                                      {"name", ""},
		"Total budget must be an amount":                       {"name", "x", "budget.total", "12,50"},
		"Daily budget must not be more than the total of 5":    {"name", "x", "budget.total", "5", "budget.daily", "6"},
		"Ends must be after the start":                         {"name", "x", "flight.starts", "2026-02-02T10:00", "flight.ends", "2026-02-01T10:00"},
		"Starts must be a date and time":                       {"name", "x", "flight.starts", "tomorrow"},
		"In an hour must be a whole number between 1 and 1000": {"name", "x", "caps.hour", "0"},
		"Days after a click must be a whole number between 1":  {"name", "x", "attribution", "0"},
		"a whole number between 1 and 90":                      {"name", "x", "attribution", "91"},
	} {
		got := b.post("/advertisers/1/campaigns", append(f, "flight.ends", "", "budget.daily", "")...)
		assert.Equal(t, http.StatusBadRequest, got.Status, want)
		assert.Contains(t, got.text(), want)
		assert.Contains(t, got.text(), "Error: New campaign")
		assert.Contains(t, got.Body, `aria-invalid="true"`)
	}
	both := b.post("/advertisers/1/campaigns", "name", "kept", "budget.total", "x", "caps.day", "y")
	assert.Contains(t, both.text(), "Total budget must")
	assert.Contains(t, both.text(), "In a day must", "all of them at once")
	assert.Equal(t, "kept", both.value("name"), "nothing has to be typed twice")
	list, err := k.db.Campaigns.List(t.Context(), store.Filter{Owner: 1})
	require.NoError(t, err)
	assert.Len(t, list, 1, "none was made")
}

// How long something counts as come of a click is the campaign's to say.
func TestCampaign_Attribution(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	for typed, said := range map[string]string{"": "for 30 days", "1": "for a day", "90": "for 90 days"} {
		edit := b.get("/advertisers/1/campaigns/1/edit")
		b.post("/advertisers/1/campaigns/1/edit", "name", "Spring", "attribution", typed, "revision", edit.value("revision")).leads("/advertisers/1/campaigns/1")
		assert.Contains(t, b.get("/advertisers/1/campaigns/1").text(), said)
		assert.Equal(t, typed, b.get("/advertisers/1/campaigns/1/edit").value("attribution"))
	}
}

func TestCampaign_SomebodyElsesChangeIsNotOverwritten(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	revision := b.get("/advertisers/1/campaigns/1/edit").value("revision")
	b.post("/advertisers/1/campaigns/1/edit", "name", "first", "revision", revision).leads("/advertisers/1/campaigns/1")
	late := b.post("/advertisers/1/campaigns/1/edit", "name", "second", "revision", revision)
	assert.Equal(t, http.StatusConflict, late.Status)
	assert.Contains(t, late.text(), "changed this meanwhile")
	c, err := k.db.Campaigns.Get(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, "first", c.Value.Name)
}

// All that is wrong is said at once, not one thing after the other.
func TestForms_SayAllThatIsWrong(t *testing.T) {
	t.Parallel()
	k := open(t)
	k.tenant("ALPHA")
	admin := k.admin()
	for path, row := range map[string]struct {
		wrong  form
		fields []string
	}{
		"/sign-up": {
			form{"name", "", "email", "x", "password", "short", "company", "", "currency", "euro", "time_zone", "Mars"},
			[]string{"name", "email", "password", "company", "currency", "time_zone"},
		},
		"/publishers": {
			form{"name", "", "slug", "A B", "currency", "euro", "share", "150", "time_zone", "Mars", "hosts", "10.0.0.1", "blocked", "spam", "blocked_domains", "x"},
			[]string{"name", "slug", "currency", "share", "time_zone", "hosts", "blocked", "blocked_domains"},
		},
		"/publishers/1/placements": {
			form{"name", "", "slug", "A B", "kind", "footer", "sizes", "wide", "floor", "x", "most", "99"},
			[]string{"name", "slug", "sizes", "floor", "most"},
		},
		"/advertisers/1/campaigns": {
			form{"name", "", "budget.total", "1", "budget.daily", "2", "flight.starts", "2026-02-02T10:00", "flight.ends", "2026-02-01T10:00", "caps.day", "x"},
			[]string{"name", "budget.daily", "flight.ends", "caps.day"},
		},
		"/advertisers/1/campaigns/1/lines": {
			form{"name", "", "tier", "auction", "pricing", "cpm", "bid", "", "pace", "", "budget.total", "1", "budget.daily", "2", "product", strings.Repeat("x", 41)},
			[]string{"name", "bid", "pace", "budget.daily", "product"},
		},
		"/advertisers/1/lines/1/creatives": {
			form{
				"name", "", "format", "native", "landing", "http://x", "weight", "0", "native.title", "", "native.body", "", "native.action", "",
				"native.image.url", "", "native.image.alt", "", "categories", "spam",
			},
			[]string{"name", "landing", "weight", "native.title", "native.body", "native.action", "file", "native.image.alt", "categories"},
		},
	} {
		got := admin.post(path, row.wrong...)
		assert.Equal(t, http.StatusBadRequest, got.Status, path)
		for _, field := range row.fields {
			assert.Contains(t, got.Body, `href="#`+field+`"`, path)
		}
		assert.Equal(t, len(row.fields), strings.Count(got.Body, `<li><a href="#`), path)
	}
}

// Who comes second sees how it is now, or saves over it, on every form: nobody is stuck.
func TestForms_ComeAgainAfterSomebodyElsesChange(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine, admin := k.tenant("ALPHA"), k.admin()
	k.buyer(mine) // member 2
	placement := form{"name", "late", "slug", "p", "kind", "footer", "sizes", "1x1", "most", "1"}
	for path, late := range map[string]form{
		"/advertisers/1/settings":         {"name", "late", "time_zone", "UTC"},
		"/advertisers/1/campaigns/1/edit": {"name", "late"},
		"/advertisers/1/lines/1/edit":     {"name", "late", "tier", "auction", "pricing", "cpm", "bid", "1", "pace", "even"},
		"/advertisers/1/creatives/1/edit": {"name", "late", "landing", "https://alpha.example/", "weight", "1", "size", "1x1", "image.url", mine.creative.Image.URL, "image.alt", "x", "categories", "IAB18"},
		"/publishers/1/settings":          {"name", "late", "slug", "ab", "share", "62.5 %", "time_zone", "UTC"},
		"/publishers/1/placements/1":      placement,
		"/members/2":                      {"name", "late", "role", "advertiser", "advertiser", "1"},
	} {
		revision := admin.get(path).value("revision")
		first := append(slices.Clone(late), "revision", revision)
		first[1] = "first"
		require.Equal(t, http.StatusSeeOther, admin.post(path, first...).Status, path)
		got := admin.post(path, append(late, "revision", revision)...)
		require.Equal(t, http.StatusConflict, got.Status, path)
		assert.Equal(t, "late", got.value("name"), path)
		assert.Equal(t, revision, got.value("revision"), "%s: not before it is chosen", path)
		assert.Contains(t, got.Body, `href="?"`, path)
		assert.Equal(t, "first", admin.get(path).value("name"), path)
		saved := admin.post(path, append(late, "revision", revision, "over", got.value("over"))...)
		require.Equal(t, http.StatusSeeOther, saved.Status, path)
		assert.Equal(t, "late", admin.get(path).value("name"), path)
		assert.Empty(t, admin.get(path).value("over"), path)
	}
}

func TestStatus_CanBeUndone(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	status := func() ads.Status {
		l, err := k.db.Lines.Get(t.Context(), 1)
		require.NoError(t, err)
		return l.Value.Status
	}
	for _, to := range []ads.Status{ads.Paused, ads.Active, ads.Archived, ads.Paused, ads.Archived} {
		got := b.post("/advertisers/1/lines/1/status", "status", string(to))
		got.leads("/advertisers/1/lines/1")
		assert.Equal(t, to, status())
		assert.Contains(t, b.get(strings.TrimPrefix(got.Location, portal.Prefix)).text(), "Undo")
	}
	b.post("/advertisers/1/lines/1/status", "status", "paused").leads("/advertisers/1/lines/1")
	assert.Equal(t, http.StatusConflict, b.post("/advertisers/1/lines/1/status", "status", "draft").Status)
	assert.Equal(t, http.StatusConflict, b.post("/advertisers/1/lines/1/status", "status", "nonsense").Status)
	assert.Equal(t, ads.Paused, status())
}

func TestCopy_IsADraftWithCreativesToReview(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	b.post("/advertisers/1/campaigns/1/copy").leads("/advertisers/1/campaigns/2")
	c, err := k.db.Campaigns.Get(t.Context(), 2)
	require.NoError(t, err)
	assert.Equal(t, "ALPHA campaign (copy)", c.Value.Name)
	assert.Equal(t, ads.Draft, c.Value.Status)
	l, err := k.db.Lines.Get(t.Context(), 2)
	require.NoError(t, err)
	assert.Equal(t, ads.CampaignID(2), l.Value.Campaign)
	cr, err := k.db.Creatives.Get(t.Context(), 2)
	require.NoError(t, err)
	assert.Equal(t, ads.Unsent, cr.Value.Review, "an approval is not copied")

	b.post("/advertisers/1/lines/1/copy").leads("/advertisers/1/lines/3")
}

func TestLine_TiersArePlatforms(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	house := form{"name", "x", "tier", "house", "pricing", "cpm", "bid", "0", "pace", "even"}
	got := k.buyer(mine).post("/advertisers/1/campaigns/1/lines", house...)
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), "Tier is given by an administrator")
	k.admin().post("/advertisers/1/campaigns/1/lines", house...).leads("/advertisers/1/lines/2")
}

func TestLine_ExpressionIsChecked(t *testing.T) {
	t.Parallel()
	k := open(t, func(c *portal.Config) {
		c.CheckTargeting = func(s string) error {
			if strings.Contains(s, "nonsense") {
				return fault.Invalidf("targeting", "column 1: expected a dimension")
			}
			return nil
		}
	})
	got := k.buyer(k.tenant("ALPHA")).post("/advertisers/1/campaigns/1/lines", "name", "x", "tier", "auction", "pricing", "cpm", "bid", "1", "pace", "even", "targeting", "genre = nonsense")
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), "Expression column 1: expected a dimension")
}

func TestLine_NoPlacementThatIsNotThere(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.buyer(k.tenant("ALPHA"))
	for _, id := range []string{"99", "x", "-1"} {
		got := b.post("/advertisers/1/campaigns/1/lines", "name", "x", "tier", "auction", "pricing", "cpm", "bid", "1", "pace", "even", "placements", id)
		assert.Equal(t, http.StatusBadRequest, got.Status, id)
		assert.Contains(t, got.text(), "Placements there is no", id)
	}
}

func TestWhy_SaysWhatKeepsALineFromBeingServed(t *testing.T) {
	t.Parallel()
	now := time.Now() // and it stays today where the advertiser is
	k := open(t, func(c *portal.Config) {
		c.Now = func() time.Time { return now }
		c.Why = func(_ context.Context, line ads.LineID) ([]portal.Reason, error) {
			return []portal.Reason{{Text: "It was outbid on line " + itoa(uint32(line)) + "."}}, nil
		}
	})
	mine := k.tenant("ALPHA")
	b := k.buyer(mine)
	page := func() string { return b.get("/advertisers/1/lines/1").text() }
	assert.Contains(t, page(), "It was outbid on line 1.")
	assert.NotContains(t, page(), "is paused")

	l, c := mine.line, mine.campaign
	l.Budget = ads.Budget{Total: 5 * ads.Unit}
	c.Budget = ads.Budget{Daily: 5 * ads.Unit}
	k.serve(mine, traffic{views: 1000, gross: 5 * ads.Unit, share: 35 * ads.Unit / 10}) // today
	_, err := k.db.Lines.Update(t.Context(), 0, l, 1)
	require.NoError(t, err)
	_, err = k.db.Campaigns.Update(t.Context(), 0, c, 1)
	require.NoError(t, err)
	assert.Contains(t, page(), "The budget of the line is spent.")
	assert.Contains(t, page(), "The budget of the campaign for today is spent.")
	assert.NotContains(t, page(), "outbid", "what is plain comes first, and is not said twice")

	b.post("/publishers/1/placements/1/pause")
	k.seller(mine).post("/publishers/1/placements/1/pause", "paused", "1")
	assert.Contains(t, page(), "No placement fits a creative")
	k.admin().post("/advertisers/1/suspend", "suspended", "1").leads("/advertisers/1/settings")
	assert.Contains(t, page(), "The advertiser is suspended")
	b.post("/advertisers/1/domains/remove", "domain", "alpha.example").leads("/advertisers/1/settings")
	assert.Contains(t, page(), "No domain is verified")
	assert.Contains(t, page(), "No creative leads to a domain that is verified")
}

// What became of a line is told of the server that was asked, from when it counts; one that nobody expects to be served has nothing to tell.
func TestDelivery_SaysHowOftenALineCameUp(t *testing.T) {
	t.Parallel()
	var d portal.Delivery
	known := true
	k := open(t, func(c *portal.Config) {
		c.Delivery = func(line ads.LineID) (portal.Delivery, bool) { return d, known && line == 1 }
	})
	mine := k.tenant("ALPHA")
	b := k.buyer(mine)
	since := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC) // 17:30 where the advertiser is
	fates := []portal.Fate{{Text: "chosen", Times: 12}, {Text: "outbid", Times: 1340}, {Text: "no budget", Times: 0}}
	for name, row := range map[string]struct {
		is        portal.Delivery
		has, lack []string
	}{
		"often": {
			portal.Delivery{Since: since, Fates: fates, Pace: 1},
			[]string{"The line came up 1,352 times since this server began on 30 Nov 2026 17:30.", "Chosen 12", "Outbid 1,340"},
			[]string{"No budget", "of several", "its pace"},
		},
		"never":   {portal.Delivery{Since: since, Fates: fates[2:], Pace: 1}, []string{"Nobody of its audience was at one of its places since this server began"}, nil},
		"a pace":  {portal.Delivery{Since: since, Fates: fates, Pace: .125}, []string{"At the moment its pace has it take part in 12.50 % of requests."}, nil},
		"several": {portal.Delivery{Since: since, Fates: fates, Node: "2", Pace: 1}, []string{"This is server 2 of several, and each counts for itself."}, nil},
	} {
		d = row.is
		text := strings.Join(strings.Fields(b.get("/advertisers/1/lines/1").text()), " ")
		for _, s := range row.has {
			assert.Contains(t, text, s, name)
		}
		for _, s := range row.lack {
			assert.NotContains(t, text, s, name)
		}
	}
	d = portal.Delivery{Since: since, Fates: fates[2:], Pace: 1}
	b.post("/advertisers/1/lines/1/status", "status", "paused")
	assert.NotContains(t, b.get("/advertisers/1/lines/1").text(), "came up")
	d.Fates = fates
	assert.Contains(t, b.get("/advertisers/1/lines/1").text(), "came up 1,352 times", "it was served before")
	known = false
	assert.NotContains(t, b.get("/advertisers/1/lines/1").text(), "came up")
}

// A creative that pages refuse to show is chosen again and again, and nobody says why.
func TestWhy_ChosenAndNeverInSight(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	b := k.buyer(mine)
	text := func() string { return b.get("/advertisers/1/lines/1").text() }
	assert.Contains(t, text(), "The line can be served")
	c := mine.creative
	c.Name, c.ID = "Unseen", 0
	other, err := k.db.Creatives.Create(t.Context(), 0, c)
	require.NoError(t, err)
	mine.creative = other.Value
	k.serve(mine, traffic{decisions: 99})
	assert.NotContains(t, text(), "never in sight")
	k.serve(mine, traffic{decisions: 1})
	assert.Contains(t, text(), "Unseen was chosen 100 times since yesterday and was never in sight")
	assert.NotContains(t, text(), "ALPHA creative was chosen")
	k.serve(mine, traffic{views: 1})
	assert.NotContains(t, text(), "never in sight")
}

func TestDomains(t *testing.T) {
	t.Parallel()
	k := open(t, func(c *portal.Config) { c.Domains = proofs{"good.example": true} })
	b := k.buyer(k.tenant("ALPHA"))
	for name, want := range map[string]string{
		"127.0.0.1": "must be a domain name", "localhost": "must be a domain name", "alpha.example": "is in the list already", "": "must be a domain name",
	} {
		got := b.post("/advertisers/1/domains", "domain", name)
		assert.Equal(t, http.StatusBadRequest, got.Status, name)
		assert.Contains(t, got.text(), want)
	}
	b.post("/advertisers/1/domains", "domain", "good.example").leads("/advertisers/1/settings")
	b.post("/advertisers/1/domains", "domain", "bad.example").leads("/advertisers/1/settings")
	assert.Equal(t, http.StatusNotFound, b.post("/advertisers/1/domains/check", "domain", "unknown.example").Status)
	got := b.post("/advertisers/1/domains/check", "domain", "bad.example")
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), "We did not find the proof at bad.example")
	b.post("/advertisers/1/domains/check", "domain", "good.example").leads("/advertisers/1/settings")
	a, err := k.db.Advertisers.Get(t.Context(), 1)
	require.NoError(t, err)
	assert.True(t, a.Value.Owns("www.good.example"))
	assert.False(t, a.Value.Owns("bad.example"))
}

func TestPublisher_ChangesItsOwnButNotItsShare(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	k.seller(mine).post("/publishers/1/settings", "name", "Pages", "time_zone", "UTC", "hosts", "a.example\nb.example", "blocked", "IAB7-39, IAB14",
		"blocked_domains", "rival.example", "share", "99", "slug", "stolen", "revision", "1").leads("/publishers/1/settings")
	p, err := k.db.Publishers.Get(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, mine.publisher.Share, p.Value.Share)
	assert.Equal(t, "alpha", p.Value.Slug)
	assert.Equal(t, []string{"a.example", "b.example"}, p.Value.Hosts)
	assert.Equal(t, []string{"IAB7-39", "IAB14"}, p.Value.Blocked)
	got := k.admin().post("/publishers/1/settings", "name", "Pages", "time_zone", "UTC", "share", "lots", "slug", "alpha", "revision", "2")
	assert.Contains(t, got.text(), "Share in % must be a percentage")
}

func TestPlacement_SizesAndFloor(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.seller(k.tenant("ALPHA"))
	b.post("/publishers/1/placements", "name", "Side", "slug", "side", "kind", "sidebar", "sizes", "300x600, 160×600", "floor", "0.50", "most", "2").leads("/publishers/1")
	p, err := k.db.Placements.Get(t.Context(), 2)
	require.NoError(t, err)
	assert.Equal(t, []ads.Size{{Width: 300, Height: 600}, {Width: 160, Height: 600}}, p.Value.Sizes)
	assert.Equal(t, ads.Unit/2, p.Value.Floor)
	got := b.post("/publishers/1/placements", "name", "Side", "slug", "side", "kind", "sidebar", "sizes", "300x600", "most", "2")
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), "Name in requests is taken already")
	got = b.post("/publishers/1/placements", "name", "Side", "slug", "sidx", "kind", "sidebar", "sizes", "wide", "most", "2")
	assert.Contains(t, got.text(), "Sizes must be a width and a height")
}

func TestMoney_PayoutFromAskingToPaid(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA") // has earned 3.50, asked for 1.00, and 0.50 is held
	b, finance := k.seller(mine), k.member(store.Member{Role: store.Finance})
	assert.Contains(t, b.get("/publishers/1/earnings").text(), "Of this EUR 2.00 can be paid out")
	got := b.post("/publishers/1/payouts", "amount", "2.01")
	assert.Equal(t, http.StatusBadRequest, got.Status)
	assert.Contains(t, got.text(), "Amount must be at most what can be paid out")
	b.post("/publishers/1/payouts", "amount", "2.00", "note", "IBAN").leads("/publishers/1/earnings")
	assert.Contains(t, finance.get("/finance").text(), "EUR 2.00")
	assert.Equal(t, http.StatusConflict, finance.post("/finance/payouts/2", "deed", "pay").Status, "it is not approved")
	finance.post("/finance/payouts/2", "deed", "approve").leads("/finance")
	finance.post("/finance/payouts/2", "deed", "pay").leads("/finance")
	finance.post("/finance/payouts/2", "deed", "pay").leads("/finance")
	assert.Contains(t, finance.get("/finance?state=paid").text(), "EUR 2.00")
	account := ledger.Account{Kind: ledger.OfPublisher, ID: 1, Currency: "EUR"}
	balances, err := k.db.Balances(t.Context(), account)
	require.NoError(t, err)
	assert.Equal(t, "1.5", balances[account].String(), "paid once")
	assert.Equal(t, http.StatusBadRequest, finance.post("/finance/payouts/2", "deed", "nonsense").Status)
}

func TestTraffic_RefundedOnce(t *testing.T) {
	t.Parallel()
	k := open(t)
	k.tenant("ALPHA")
	reviewer := k.member(store.Member{Role: store.Reviewer})
	assert.Contains(t, reviewer.get("/traffic").text(), "EUR 1.00")
	for range 2 {
		reviewer.post("/traffic/1", "deed", "refund").leads("/traffic")
	}
	assert.Equal(t, http.StatusConflict, reviewer.post("/traffic/1", "deed", "release").Status)
	account := ledger.Account{Kind: ledger.OfAdvertiser, ID: 1, Currency: "EUR"}
	balances, err := k.db.Balances(t.Context(), account)
	require.NoError(t, err)
	assert.Equal(t, "96", balances[account].String(), "100 paid in, 5 spent, 1 given back")
	differs, err := k.db.Audit(t.Context())
	require.NoError(t, err)
	assert.Empty(t, differs)
}

// What is refunded is neither spent nor earned in reports, on the day that it was billed for.
func TestTraffic_RefundedIsInReports(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	at := time.Now().UTC().AddDate(0, 0, -7).Truncate(24 * time.Hour).Add(12 * time.Hour) // of a day that has nothing of the tenant's own traffic in any zone
	k.serve(mine, traffic{at: at, views: 100, clicks: 90, gross: 2 * ads.Unit, share: ads.Unit})
	place := mine.place("")
	place.Creative = 0
	f, _, err := k.db.Hold(t.Context(), store.Finding{Place: place, Day: int32(at.Unix() / 86400), Clicks: 90, Gross: 3 * ads.Unit / 2, Share: 3 * ads.Unit / 4})
	require.NoError(t, err)
	l := mine.line
	l.Budget.Total = 7 * ads.Unit
	_, err = k.db.Lines.Update(t.Context(), 0, l, 1)
	require.NoError(t, err)
	buyer, seller, reviewer := k.buyer(mine), k.seller(mine), k.member(store.Member{Role: store.Reviewer})
	day := at.Format(time.DateOnly)
	only := func(b *browser, of string) []string {
		return rows(t, b.get(of+"/reports.csv?by=day&from="+day+"&to="+day))[1]
	}
	assert.Equal(t, []string{day, "150", "100", "90", "0", "0", "2", "EUR", "0", "0"}, only(buyer, "/advertisers/1"))
	assert.NotContains(t, buyer.get("/advertisers/1/reports").text(), "Given back")
	reviewer.post("/traffic/"+itoa(f.ID), "deed", "refund").leads("/traffic")
	assert.Equal(t, []string{day, "150", "100", "90", "0", "0", "0.5", "EUR", "1.5", "0"}, only(buyer, "/advertisers/1"))
	assert.Equal(t, []string{day, "150", "100", "90", "0", "0", "0.25", "EUR", "0.75"}, only(seller, "/publishers/1"))
	for _, by := range []string{"campaign", "line", "creative", "placement", "city"} {
		all := rows(t, buyer.get("/advertisers/1/reports.csv?by="+by))
		assert.Equal(t, []string{"given_back", "1.5", "1.5"}, []string{all[0][8], all[1][8], all[len(all)-1][8]}, by)
		assert.Equal(t, "5.5", all[len(all)-1][6], by)
	}
	page := buyer.get("/advertisers/1/reports?by=line").text()
	assert.Contains(t, page, "Spent Given back Views")
	assert.Contains(t, page, "Total EUR 5.50 EUR 1.50 1,100")
	assert.Contains(t, seller.get("/publishers/1/reports").text(), "Earned Given back Views")
	page = buyer.get("/advertisers/1/lines/1").text()
	assert.Contains(t, page, "Spent EUR 5.50")
	assert.Contains(t, page, "The budget of the line is spent. Of this EUR 1.50 was given back as invalid traffic, which does not come back into the budget: raise it to spend that again.")
}

func TestAudit_SaysWhoDidWhat(t *testing.T) {
	t.Parallel()
	k := open(t)
	b := k.member(store.Member{Role: store.Buyer, Advertiser: k.tenant("ALPHA").advertiser.ID, Name: "Asha"})
	b.post("/advertisers/1/lines/1/status", "status", "paused")
	page := k.admin().get("/audit").text()
	assert.Contains(t, page, "Asha change line 1")
	assert.NotContains(t, page, "argon2id")
}

func TestPages_ListsGoOn(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	for range 60 {
		_, err := k.db.Campaigns.Create(t.Context(), 0, ads.Campaign{Advertiser: mine.advertiser.ID, Name: "Another", Status: ads.Draft})
		require.NoError(t, err)
	}
	b := k.buyer(mine)
	first := b.get("/advertisers/1")
	assert.Contains(t, first.Body, `href="?after=50"`)
	assert.Equal(t, 11, strings.Count(b.get("/advertisers/1?after=50").Body, "<tr>")-1)
	assert.Equal(t, http.StatusNotFound, b.get("/advertisers/1?after=x").Status)
	assert.NotContains(t, b.get("/advertisers/1?archived=1").text(), "Another")
}

func TestLine_ExpressionThatListsCanSayIsShownAsLists(t *testing.T) {
	t.Parallel()
	lists := map[string][]string{"country": {"IN", "AE"}}
	whole := true
	k := open(t, func(c *portal.Config) {
		c.TargetingLists = func(string) (include, exclude map[string][]string, ok bool) {
			return lists, map[string][]string{"device": {"tv"}}, whole
		}
	})
	mine := k.tenant("ALPHA")
	mine.line.Targeting = "country in (IN, AE) and device != tv"
	_, err := k.db.Lines.Update(t.Context(), 0, mine.line, 1)
	require.NoError(t, err)
	b := k.buyer(mine)
	page := b.get("/advertisers/1/lines/1/edit")
	assert.Equal(t, "IN, AE", page.value("in.country"))
	assert.Equal(t, "tv", page.value("not.device"))
	assert.Empty(t, page.value("targeting"))

	for _, hidden := range []map[string][]string{{"venue": {"x"}}, {"city": {"a,b"}}, {"city": {" a"}}} {
		lists = hidden
		page = b.get("/advertisers/1/lines/1/edit")
		assert.Equal(t, mine.line.Targeting, page.value("targeting"), hidden)
		assert.Empty(t, page.value("in.city"))
	}
	lists, whole = nil, false
	assert.Equal(t, mine.line.Targeting, b.get("/advertisers/1/lines/1/edit").value("targeting"))
}

// Every form that edits something says what is wrong, keeps what was typed, and stores what is right.
func TestForms_RefuseAndStore(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine, admin := k.tenant("ALPHA"), k.admin()
	line := form{"name", "L", "tier", "auction", "pricing", "cpc", "bid", "0.25", "pace", "asap", "flight.starts", "2026-01-01T00:00", "flight.ends", "2099-01-01T00:00", "placements", "1"}
	for path, row := range map[string]struct {
		wrong, right form
		says         string
	}{
		"/advertisers/1/settings":         {form{"name", "", "time_zone", "UTC"}, form{"name", "A", "time_zone", "Asia/Kolkata", "caps.hour", "9"}, "Name is missing"},
		"/advertisers/1/campaigns/1/edit": {form{"name", ""}, form{"name", "C", "budget.daily", "5", "flight.ends", "2099-01-01T00:00"}, "Name is missing"},
		"/advertisers/1/lines/1/edit":     {append(slices.Clone(line), "caps.day", "x"), line, "In a day must be"},
		"/advertisers/1/creatives/1/edit": {form{"name", "", "landing", "https://alpha.example/", "weight", "1", "size", "1x1", "image.url", mine.creative.Image.URL, "image.alt", "x", "categories", "IAB18"}, form{"name", "C", "landing", "https://alpha.example/", "weight", "1", "size", "1x1", "image.url", mine.creative.Image.URL, "image.alt", "x", "categories", "IAB18"}, "Name is missing"},
		"/publishers/1/settings":          {form{"name", "P", "slug", "A B", "share", "1", "time_zone", "UTC"}, form{"name", "P", "slug", "ab", "share", "62.5 %", "time_zone", "UTC"}, "Name in requests must be of"},
		"/publishers/1/placements/1":      {form{"name", "P", "slug", "p", "kind", "footer", "sizes", "", "most", "1"}, form{"name", "P", "slug", "p", "kind", "footer", "sizes", "1x1", "most", "1"}, "Sizes must name"},
		"/members/1":                      {form{"name", "", "role", "admin"}, form{"name", "M", "role", "admin"}, "Name must have"},
		"/account":                        {form{"name", ""}, form{"name", "M"}, "Name must have"},
	} {
		got := admin.post(path, append(row.wrong, "revision", "1")...)
		assert.Equal(t, http.StatusBadRequest, got.Status, path)
		assert.Contains(t, got.text(), row.says, path)
		if path != "/account" {
			stale := admin.post(path, append(slices.Clone(row.right), "revision", "77")...)
			assert.Equal(t, http.StatusConflict, stale.Status, path)
		}
		assert.Equal(t, http.StatusSeeOther, admin.post(path, append(row.right, "revision", admin.get(path).value("revision"))...).Status, path)
	}
	b := k.buyer(mine)
	for path, says := range map[string]string{
		"/advertisers/1":             "until 1 Jan 2099 00:00",
		"/advertisers/1/campaigns/1": "up to EUR 0.25 a click",
		"/advertisers/1/lines/1":     "1 Jan 2026 00:00 to 1 Jan 2099 00:00",
	} {
		assert.Contains(t, b.get(path).text(), says)
	}
	assert.Contains(t, b.get("/advertisers/1/lines/1").text(), "one placement")
	p, err := k.db.Publishers.Get(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, "62.5%", p.Value.Share.String())
	assert.Equal(t, http.StatusBadRequest, admin.post("/publishers", "name", "X", "slug", "x", "currency", "XXX1", "share", "70", "time_zone", "UTC").Status)
}

func TestHome_LeadsToTheFirstPageOfARole(t *testing.T) {
	t.Parallel()
	k := open(t)
	mine := k.tenant("ALPHA")
	for want, b := range map[string]*browser{
		"/advertisers/1": k.buyer(mine), "/publishers/1": k.seller(mine), "/finance": k.member(store.Member{Role: store.Finance}), "/review": k.admin(),
	} {
		b.get("").leads(want)
	}
}
