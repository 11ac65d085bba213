package main_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/ledger"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// firefox is people's browser.
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

// furnish makes four advertisers, each of which is held by something else: a line's total, its daily budget with a cap, a balance, and nothing.
func (p *place) furnish() {
	p.t.Helper()
	db, err := p.open()
	require.NoError(p.t, err)
	defer func() { require.NoError(p.t, db.Close()) }()
	owner, err := db.Publishers.Create(p.t.Context(), 0, ads.Publisher{
		Slug: "demo", Name: "Demo", Currency: "USD", TimeZone: "UTC", Share: 700_000, Hosts: []string{"demo.com"},
	})
	require.NoError(p.t, err)
	_, err = db.Placements.Create(p.t.Context(), 0, ads.Placement{
		Publisher: owner.Value.ID, Slug: "home-banner", Name: "Home", Kind: ads.HomeBanner, Sizes: []ads.Size{{Width: 970, Height: 250}}, Most: 4, Floor: ads.Unit,
	})
	require.NoError(p.t, err)
	p.lines = map[ads.LineID]ads.Line{}
	const plenty = 1_000_000 * ads.Unit
	const price = 2_000_000 // of an impression
	p.line(db, plenty, ads.Line{Name: "Guaranteed", Tier: ads.Guaranteed, Pricing: ads.CPM, Bid: 2 * ads.Unit, Budget: ads.Budget{Total: 500 * price}})
	p.line(db, plenty, ads.Line{
		Name: "Capped", Tier: ads.Auction, Pricing: ads.CPM, Bid: 3 * ads.Unit, Budget: ads.Budget{Daily: 1500 * price}, Caps: []ads.Cap{{Times: 5, Per: ads.Ever}},
	})
	p.line(db, 100*ads.Unit, ads.Line{Name: "Clicks", Tier: ads.Auction, Pricing: ads.CPC, Bid: 5 * ads.Unit})
	p.line(db, plenty, ads.Line{Name: "Endless", Tier: ads.Auction, Pricing: ads.CPM, Bid: 2 * ads.Unit})
}

// line makes a line of an advertiser of its own, with a creative.
func (p *place) line(db *store.DB, paidIn ads.Nano, l ads.Line) {
	p.t.Helper()
	ctx := p.t.Context()
	owner, err := db.Advertisers.Create(ctx, 0, ads.Advertiser{
		Name: l.Name, Currency: "USD", TimeZone: "UTC", Domains: []ads.AdvertiserDomain{{Name: "acme.com", Verified: time.Unix(1, 0).UTC()}},
	})
	require.NoError(p.t, err)
	_, err = db.Post(ctx, ledger.Entry{Ref: "top-up/" + l.Name, Kind: ledger.TopUp, At: time.Unix(1, 0).UTC(), Postings: []ledger.Posting{
		{Account: ledger.Account{Kind: ledger.OfAdvertiser, ID: uint32(owner.Value.ID), Currency: "USD"}, Amount: paidIn},
		{Account: ledger.Account{Kind: ledger.OfGateway, Currency: "USD"}, Amount: -paidIn},
	}})
	require.NoError(p.t, err)
	campaign, err := db.Campaigns.Create(ctx, 0, ads.Campaign{Advertiser: owner.Value.ID, Name: l.Name, Status: ads.Active})
	require.NoError(p.t, err)
	l.Campaign, l.Status, l.Pace = campaign.Value.ID, ads.Active, ads.ASAP
	made, err := db.Lines.Create(ctx, 0, l)
	require.NoError(p.t, err)
	p.lines[made.Value.ID] = made.Value
	_, err = db.Creatives.Create(ctx, 0, ads.Creative{
		Line: made.Value.ID, Name: "Blue", Format: ads.Image, Size: ads.Size{Width: 970, Height: 250}, Landing: "https://acme.com/p", Weight: 1,
		Image: ads.ImagePart{URL: "https://acme.com/a.png", Alt: "Blue"}, Review: ads.Approved,
	})
	require.NoError(p.t, err)
}

// adID is the number of a token, which it has in clear.
type adID struct {
	epoch  uint32
	serial uint64
}

// shown is an ad that somebody has on a page.
type shown struct {
	id     adID
	token  string
	from   string    // address of whose page it is on
	since  time.Time // it was seen
	clicks bool      // they are nobody that is known, and so none who clicks too often
}

// told is what was sent, and what of it was acknowledged.
type told struct{ sent, acknowledged map[adID]bool }

func newTold() told { return told{map[adID]bool{}, map[adID]bool{}} }

// crowd are people who look at ads and remember what they were told.
type crowd struct {
	t      *testing.T
	server *running
	http   http.Client
	over   chan struct{}
	all    sync.WaitGroup

	mu            sync.Mutex
	views, clicks told
	epochs        map[uint32]bool
	shown         map[adID]shown
	loaded        []shown // on a page, and not in sight yet
	looked        []shown // may be clicked in a moment
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	return &crowd{
		t: t, views: newTold(), clicks: newTold(), epochs: map[uint32]bool{}, shown: map[adID]shown{},
		http: http.Client{
			// No timeout: a machine may stall, and a program that is killed ends its connections.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport:     &http.Transport{MaxIdleConnsPerHost: 32},
		},
	}
}

// fewViews are too few of all lives to say anything of.
const fewViews = 20

// rush has people look at ads, and returns at some moment in the middle of it: not before this life has given somebody an ad, and the first time not before
// more than a few ads were seen and somebody has clicked, however slow the machine is.
func (c *crowd) rush(server *running) {
	c.t.Helper()
	c.server, c.over = server, make(chan struct{})
	lives := c.lives()
	for range 8 {
		c.all.Go(func() {
			for {
				select {
				case <-c.over:
					return
				default:
					c.load()
					c.look()
					c.press()
				}
			}
		})
	}
	for began := time.Now(); c.lives() == lives || !c.isBusy(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			server.kill()
			c.leave()
			require.Fail(c.t, "no rush within a minute", "%d lives, and %d before; %d views and %d clicks acknowledged in all",
				len(c.epochs), lives, len(c.views.acknowledged), len(c.clicks.acknowledged))
		}
	}
	time.Sleep(anyMoment())
}

// lives are how many lives of the program have given somebody an ad.
func (c *crowd) lives() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.epochs)
}

// isBusy reports whether enough was seen and clicked to examine.
func (c *crowd) isBusy() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.views.acknowledged) > fewViews && len(c.clicks.acknowledged) > 0
}

// leave ends the rush. What is on a page stays there, and comes to sight in the program's next life.
func (c *crowd) leave() {
	close(c.over)
	c.all.Wait()
	c.http.CloseIdleConnections()
}

var viewAddress = regexp.MustCompile(`/v/([\w-]+)"`)

// load loads a page with ads.
func (c *crowd) load() {
	user := ""
	if rand.IntN(2) == 0 {
		user = fmt.Sprintf(`"user":{"id":"user-%d","consent":{"personal":true}},`, rand.IntN(400))
	}
	body := `{"publisher":"demo","page":{"country":"IN"},` + user + `"slots":[{"id":"1","placement":"home-banner","count":4}]}`
	from := address()
	answer, status := c.send(http.MethodPost, "/v1/decisions", body, from)
	if status != http.StatusOK {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range viewAddress.FindAllSubmatch(answer, -1) {
		raw, err := base64.RawURLEncoding.DecodeString(string(m[1]))
		if err != nil {
			c.t.Errorf("token: %v", err)
			return
		}
		id := adID{binary.BigEndian.Uint32(raw[3:]), binary.BigEndian.Uint64(raw[5:]) & (1<<48 - 1)}
		c.epochs[id.epoch] = true
		c.shown[id] = shown{id: id, token: string(m[1]), from: from, clicks: user == ""}
		c.loaded = append(c.loaded, c.shown[id])
	}
}

// look has ads come to sight; the page tells of each twice at once.
func (c *crowd) look() {
	for {
		c.mu.Lock()
		n := len(c.loaded) - 1
		if n < 4 {
			c.mu.Unlock()
			return
		}
		i := rand.IntN(n + 1)
		ad := c.loaded[i]
		c.loaded[i] = c.loaded[n]
		c.loaded = c.loaded[:n]
		c.views.sent[ad.id] = true
		c.mu.Unlock()
		if !c.twice("/v/"+ad.token, ad.from, http.StatusNoContent) {
			return
		}
		ad.since = time.Now()
		c.mu.Lock()
		c.views.acknowledged[ad.id] = true
		if ad.clicks {
			c.looked = append(c.looked, ad)
		}
		c.mu.Unlock()
	}
}

// press clicks what was seen long enough ago to be a person's doing.
func (c *crowd) press() {
	c.mu.Lock()
	if len(c.looked) == 0 || time.Since(c.looked[0].since) < 350*time.Millisecond {
		c.mu.Unlock()
		return
	}
	ad := c.looked[0]
	c.looked = c.looked[1:]
	c.clicks.sent[ad.id] = true
	c.mu.Unlock()
	if c.twice("/c/"+ad.token, ad.from, http.StatusFound) {
		c.mu.Lock()
		c.clicks.acknowledged[ad.id] = true
		c.mu.Unlock()
	}
}

// sweeps is how long a program lives until it has swept what is too old, which it does every second.
const sweeps = 2200 * time.Millisecond

// repeat sends again what was acknowledged in earlier lives, when the program has lived for some time. It is answered as before.
func (c *crowd) repeat(server *running) {
	c.t.Helper()
	c.server = server
	time.Sleep(sweeps)
	for _, again := range []struct {
		told *told
		path string
		want int
	}{{&c.views, "/v/", http.StatusNoContent}, {&c.clicks, "/c/", http.StatusFound}} {
		for id := range again.told.acknowledged {
			ad := c.shown[id]
			_, status := c.send(http.MethodGet, again.path+ad.token, "", ad.from)
			require.Equal(c.t, again.want, status, "%v", id)
		}
	}
}

// twice sends a beacon over two connections at once, and reports whether either was acknowledged.
func (c *crowd) twice(path, from string, want int) bool {
	var got [2]int
	var both sync.WaitGroup
	for i := range got {
		both.Go(func() { _, got[i] = c.send(http.MethodGet, path, "", from) })
	}
	both.Wait()
	return got[0] == want || got[1] == want
}

func (c *crowd) send(method, path, body, from string) ([]byte, int) {
	q, err := http.NewRequestWithContext(c.t.Context(), method, c.server.base+path, bytes.NewBufferString(body))
	if err != nil {
		return nil, 0
	}
	q.Header.Set("User-Agent", firefox)
	q.Header.Set("X-Forwarded-For", from)
	answer, err := c.http.Do(q)
	if err != nil {
		return nil, 0
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, 0
	}
	return raw, answer.StatusCode
}
