package portal_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
	"golang.org/x/net/html"

	"github.com/marquee-tickets/marquee/adserver/account"
	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/portal"
	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/adserver/store/sqlite"
	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
	"github.com/marquee-tickets/marquee/internal/web"
)

const (
	base     = "https://ads.example"
	password = "correct horse battery"
)

// cheap is a cost of passwords that tests can pay.
var cheap = account.Cost{Memory: 64, Passes: 1}

// kit is a portal over a throwaway database.
type kit struct {
	testing.TB
	db     *store.DB
	now    func() time.Time // the portal's
	pages  *portal.Portal
	bank   *sandbox.Gateway
	handle fasthttp.RequestHandler
}

// open opens the portal. change may change its configuration.
func open(t testing.TB, change ...func(*portal.Config)) *kit {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "ads.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	bank, err := sandbox.New(sandbox.Config{Secret: []byte("0123456789abcdef"), PageURL: base + "/sandbox/pay"})
	require.NoError(t, err)
	cfg := portal.Config{
		Store: db, BaseURL: base, Gateway: bank, PasswordCost: cheap, Now: time.Now,
		Logger: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	for _, c := range change {
		c(&cfg)
	}
	pages, err := portal.New(cfg)
	require.NoError(t, err)
	server, err := web.New(pages.Handler, web.Config{BaseURL: base, MaxBody: portal.MaxBody, Fail: pages.Fail})
	require.NoError(t, err)
	return &kit{TB: t, db: db, now: cfg.Now, pages: pages, bank: bank, handle: server.Handler()}
}

// browser is somebody's browser: it keeps the cookie.
type browser struct {
	*kit
	cookie string
}

// answer is what a page answered.
type answer struct {
	*kit
	Status   int
	Location string
	Body     string
	Header   *fasthttp.ResponseHeader
}

func (b *browser) get(path string) answer { return b.send(http.MethodGet, path, "", nil) }

// post sends a form: names and values in turn.
func (b *browser) post(path string, fields ...string) answer {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.send(http.MethodPost, path, "application/x-www-form-urlencoded", []byte(form.Encode()))
}

// upload sends a form with a file.
func (b *browser) upload(path, name string, file []byte, fields ...string) answer {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(fields); i += 2 {
		require.NoError(b, w.WriteField(fields[i], fields[i+1]))
	}
	part, err := w.CreateFormFile("file", name)
	require.NoError(b, err)
	_, err = part.Write(file)
	require.NoError(b, err)
	require.NoError(b, w.Close())
	return b.send(http.MethodPost, path, w.FormDataContentType(), body.Bytes())
}

func (b *browser) send(method, path, kind string, body []byte, header ...string) answer {
	b.Helper()
	var rc fasthttp.RequestCtx
	rc.Request.Header.SetMethod(method)
	rc.Request.SetRequestURI(portal.Prefix + path)
	rc.Request.Header.SetHost("ads.example")
	if kind != "" {
		rc.Request.Header.SetContentType(kind)
		rc.Request.SetBody(body)
	}
	for i := 0; i < len(header); i += 2 {
		rc.Request.Header.Set(header[i], header[i+1])
	}
	if b.cookie != "" {
		rc.Request.Header.SetCookie("portal", b.cookie)
	}
	b.handle(&rc)
	a := answer{kit: b.kit, Status: rc.Response.StatusCode(), Location: string(rc.Response.Header.Peek("Location")), Body: string(rc.Response.Body())}
	a.Header = &fasthttp.ResponseHeader{}
	rc.Response.Header.CopyTo(a.Header)
	var cookie fasthttp.Cookie
	cookie.SetKey("portal")
	if rc.Response.Header.Cookie(&cookie) {
		b.cookie = string(cookie.Value())
	}
	return a
}

// leads requires that the answer leads to a path of the portal, and returns it without what was done.
func (a answer) leads(to string) {
	a.Helper()
	require.Equal(a, http.StatusSeeOther, a.Status, a.text())
	path, _, _ := strings.Cut(a.Location, "?")
	require.Equal(a, portal.Prefix+to, path)
}

// text is what the page says.
func (a answer) text() string {
	doc, err := html.Parse(strings.NewReader(a.Body))
	require.NoError(a, err)
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" {
			b.WriteString(strings.Join(strings.Fields(n.Data), " ") + " ")
		}
	}
	return b.String()
}

// value is that of a field of the page.
func (a answer) value(name string) string {
	doc, err := html.Parse(strings.NewReader(a.Body))
	require.NoError(a, err)
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && attribute(n, "name") == name {
			if n.Data == "textarea" && n.FirstChild != nil {
				return n.FirstChild.Data
			}
			return attribute(n, "value")
		}
	}
	return ""
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// nobody is a browser that is not signed in.
func (k *kit) nobody() *browser { return &browser{kit: k} }

// member makes a member and signs in.
func (k *kit) member(m store.Member) *browser {
	k.Helper()
	if m.Email == "" {
		m.Email = fmt.Sprintf("%s-%d-%d@example.com", m.Role, m.Advertiser, m.Publisher)
	}
	if m.Name == "" {
		m.Name = "Member " + string(m.Role)
	}
	_, err := k.db.CreateMember(k.Context(), 0, m, account.NewKeeper(cheap).Hash(password))
	require.NoError(k, err)
	b := k.nobody()
	b.post("/sign-in", "email", m.Email, "password", password).leads("/")
	return b
}

func (k *kit) buyer(t tenant) *browser {
	return k.member(store.Member{Role: store.Buyer, Advertiser: t.advertiser.ID})
}

func (k *kit) seller(t tenant) *browser {
	return k.member(store.Member{Role: store.Seller, Publisher: t.publisher.ID})
}

func (k *kit) admin() *browser { return k.member(store.Member{Role: store.Admin}) }

// tenant is an advertiser and a publisher with one of each of their things.
type tenant struct {
	mark       string // in the name of all that is its own
	advertiser ads.Advertiser
	campaign   ads.Campaign
	line       ads.Line
	creative   ads.Creative
	publisher  ads.Publisher
	placement  ads.Placement
	topUp      uint32
	payout     uint32
	finding    uint32
}

// tenant makes one. All of its lines could be served.
func (k *kit) tenant(mark string) tenant {
	k.Helper()
	ctx, t := k.Context(), tenant{mark: mark}
	slug := strings.ToLower(mark)
	p, err := k.db.Publishers.Create(ctx, 0, ads.Publisher{Slug: slug, Name: mark + " pages", Currency: "EUR", TimeZone: "Europe/Berlin", Share: 700_000})
	require.NoError(k, err)
	pl, err := k.db.Placements.Create(ctx, 0, ads.Placement{
		Publisher: p.Value.ID, Slug: "top", Name: mark + " top", Kind: ads.HomeBanner, Sizes: []ads.Size{{Width: 300, Height: 250}}, Most: 1,
	})
	require.NoError(k, err)
	a, err := k.db.Advertisers.Create(ctx, 0, ads.Advertiser{
		Name: mark + " brand", Currency: "EUR", TimeZone: "Asia/Kolkata",
		Domains: []ads.AdvertiserDomain{{Name: slug + ".example", Proof: "proof-" + slug, Verified: k.now().UTC()}},
	})
	require.NoError(k, err)
	c, err := k.db.Campaigns.Create(ctx, 0, ads.Campaign{Advertiser: a.Value.ID, Name: mark + " campaign", Status: ads.Active})
	require.NoError(k, err)
	l, err := k.db.Lines.Create(ctx, 0, ads.Line{
		Campaign: c.Value.ID, Name: mark + " line", Status: ads.Active, Tier: ads.Auction, Pricing: ads.CPM, Bid: 5 * ads.Unit, Pace: ads.Even,
	})
	require.NoError(k, err)
	cr, err := k.db.Creatives.Create(ctx, 0, ads.Creative{
		Line: l.Value.ID, Name: mark + " creative", Format: ads.Image, Size: ads.Size{Width: 300, Height: 250}, Landing: "https://" + slug + ".example/buy",
		Weight: 50, Image: ads.ImagePart{URL: k.uploaded(300, 250), Alt: mark + " picture"}, Categories: []string{"IAB18"}, Review: ads.Approved,
	})
	require.NoError(k, err)
	t.publisher, t.placement, t.advertiser, t.campaign, t.line, t.creative = p.Value, pl.Value, a.Value, c.Value, l.Value, cr.Value
	k.money(&t)
	return t
}

// money gives the tenant a balance, and things that finance has to do with.
func (k *kit) money(t *tenant) {
	k.Helper()
	ctx := k.Context()
	paid, err := k.db.CreateTopUp(ctx, 0, store.TopUp{Advertiser: t.advertiser.ID, Amount: money.New(100_00, "EUR"), Gateway: "cash"})
	require.NoError(k, err)
	_, err = k.db.PayTopUp(ctx, paid.ID)
	require.NoError(k, err)
	open, err := k.db.CreateTopUp(ctx, 0, store.TopUp{Advertiser: t.advertiser.ID, Amount: money.New(20_00, "EUR"), Gateway: "cash"})
	require.NoError(k, err)
	at := k.now().AddDate(0, 0, -5)
	k.serve(*t, traffic{at: at, views: 1000, clicks: 10, gross: 5 * ads.Unit, share: 35 * ads.Unit / 10})
	out, err := k.db.RequestPayout(ctx, 0, store.Payout{Publisher: t.publisher.ID, Amount: money.New(1_00, "EUR"), FirstDay: 1, LastDay: 2, Note: t.mark + " note"})
	require.NoError(k, err)
	found, _, err := k.db.Hold(ctx, store.Finding{Place: t.place(""), Day: int32(at.Unix() / 86400), Views: 100, Clicks: 50, Gross: ads.Unit, Share: ads.Unit / 2})
	require.NoError(k, err)
	t.topUp, t.payout, t.finding = open.ID, out.ID, found.ID
}

func (t tenant) place(city string) ledger.Place {
	return ledger.Place{
		Advertiser: t.advertiser.ID, Campaign: t.campaign.ID, Line: t.line.ID, Creative: t.creative.ID, Publisher: t.publisher.ID, Placement: t.placement.ID,
		City: city, Currency: "EUR",
	}
}

// traffic is what happened to a tenant's ad, at a time; zero is now.
type traffic struct {
	at            time.Time
	city          string
	decisions     int64 // zero means half as many again as views
	views, clicks int64
	invalid       int64
	gross, share  ads.Nano
}

// serve books traffic.
func (k *kit) serve(t tenant, f traffic) {
	k.Helper()
	if f.at.IsZero() {
		f.at = k.now()
	}
	if f.decisions == 0 {
		f.decisions = f.views + f.views/2
	}
	place, quarter := t.place(f.city), ledger.QuarterOf(f.at)
	from, err := k.db.Position(k.Context(), 1)
	require.NoError(k, err)
	batch := ledger.Batch{Node: 1, From: from, Upto: from + 1}
	for _, fact := range []ledger.Fact{
		{Kind: ledger.Decision, Count: f.decisions},
		{Kind: ledger.View, Count: f.views, Gross: f.gross, Share: f.share},
		{Kind: ledger.Click, Count: f.clicks},
		{Kind: ledger.Click, Reason: 3, Count: f.invalid},
	} {
		if fact.Count > 0 {
			fact.Place, fact.Quarter = place, quarter
			batch.Facts = append(batch.Facts, fact)
		}
	}
	if f.gross > 0 {
		batch.Spent = []ledger.Spent{{Line: t.line.ID, Day: int32(f.at.Unix() / 86400), Amount: f.gross}}
		batch.Entries = []ledger.Entry{{
			Ref: fmt.Sprintf("delivery/%d", from), Kind: ledger.Delivery, At: f.at, Postings: ledger.Split(t.advertiser.ID, t.publisher.ID, "EUR", f.gross, f.share),
		}}
	}
	applied, err := k.db.Apply(k.Context(), batch)
	require.NoError(k, err)
	require.True(k, applied)
}

// uploaded stores a picture as if somebody had sent it, and returns its address.
func (k *kit) uploaded(width, height int) string {
	k.Helper()
	name, err := k.db.PutAsset(k.Context(), 0, "image/png", "png", picture(k, width, height))
	require.NoError(k, err)
	return ads.AssetPath + name
}

// picture is a small PNG.
func picture(t testing.TB, width, height int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		img.Set(x, x%height, color.RGBA{200, 30, 60, 255})
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, img))
	return b.Bytes()
}
