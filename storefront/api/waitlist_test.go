package api_test

import (
	"maps"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/storefront/api"
)

// waiting is an entry of a waiting list as the API writes it.
type waiting struct {
	ID, State, Category     string
	Places, Position, Ahead int
	Wheelchairs, Companions int
	Offer                   *struct{ Places []string }
	Hold                    *hold
}

// soldOut is a shop with a hall of four seats, all of which are held.
func soldOut(t *testing.T) (*shop, bms.Hold) {
	t.Helper()
	m, err := seatmap.ParseGrid("name: Row\ncategory g \"Gold\"\nsection stalls \"Stalls\"\n  gggg\n")
	require.NoError(t, err)
	s := openWith(t, bmstest.Options{Programme: bmstest.Hall(bmstest.Start, m)}, api.Config{})
	return s, s.Hold("stalls-A-1", "stalls-A-2", "stalls-A-3", "stalls-A-4")
}

var mailed = regexp.MustCompile(`/waitlist/(wle_[0-9a-z]+)\?t=([a-z2-7]+)`)

// wait joins the list and returns the path of the entry and what the mailed link proves.
func (s *shop) wait(email string, places int) (path string, proof map[string]string) {
	s.t.Helper()
	body := object{"show_id": s.Programme.Show.ID, "name": "Ada", "email": email, "places": places, "category": "gold", "apart": true}
	var got object
	s.do(ask{method: "POST", path: "/api/v1/waitlist", body: body}).must(202, &got)
	assert.Equal(s.t, object{"show_id": string(s.Programme.Show.ID), "email": email}, got, "neither token nor position: anybody can name any address")
	require.NoError(s.t, s.Drain(s.t.Context()))
	for _, m := range s.Mails.Mails() {
		if link := mailed.FindStringSubmatch(m.Text); m.To == email && link != nil {
			return "/api/v1/waitlist/" + link[1], map[string]string{"Waitlist-Token": link[2]}
		}
	}
	require.Fail(s.t, "no mail with a link")
	return "", nil
}

func (s *shop) waiting(path string, proof map[string]string) waiting {
	s.t.Helper()
	var w waiting
	s.do(ask{method: "GET", path: path, header: proof}).must(200, &w)
	return w
}

func TestWaitlist_FromTheLineToAHold(t *testing.T) {
	t.Parallel()
	s, held := soldOut(t)
	ada, adas := s.wait("ada@example.com", 2)
	bob, bobs := s.wait("bob@example.com", 2)
	w := s.waiting(bob, bobs)
	assert.Equal(t, 2, w.Position)
	assert.Equal(t, 1, w.Ahead)
	s.do(ask{method: "POST", path: ada + "/claim", body: object{}, header: adas}).refused(409, "no_offer")
	_, err := s.Holds.Release(t.Context(), bms.ReleaseRequest{HoldID: held.ID, Secret: held.Secret})
	require.NoError(t, err)
	require.NoError(t, s.Drain(t.Context()))
	offered := s.waiting(ada, adas)
	assert.Equal(t, "offered", offered.State)
	assert.Len(t, offered.Offer.Places, 2)
	s.do(ask{method: "POST", path: ada + "/claim", body: object{"buyer_types": []string{"dog"}}, header: adas}).refused(400, "invalid_field")
	var h hold
	s.do(ask{method: "POST", path: ada + "/claim", body: object{"buyer_types": []string{"child"}}, header: adas}).must(201, &h)
	assert.Equal(t, h.Secret, s.waiting(ada, adas).Hold.Secret)
	s.do(ask{method: "POST", path: ada + "/claim", body: object{}, header: adas}).refused(409, "offer_claimed")

	s.Clock.Advance(31 * time.Minute)
	s.do(ask{method: "POST", path: bob + "/claim", body: object{}, header: bobs}).refused(410, "offer_over")
	require.NoError(t, s.Drain(t.Context()))
	assert.Equal(t, "ended", s.waiting(bob, bobs).State)
	s.do(ask{method: "POST", path: bob + "/rejoin", header: bobs}).refused(409, "places_free")
	s.Hold("stalls-A-1", "stalls-A-2", "stalls-A-3", "stalls-A-4")
	s.do(ask{method: "POST", path: bob + "/rejoin", header: bobs}).must(200, &w)
	assert.Equal(t, "waiting", w.State)
	s.do(ask{method: "DELETE", path: bob, header: bobs}).must(200, &w)
	assert.Equal(t, "left", w.State)
	s.MustBeClean()
}

func TestWaitlist_OnlyTheLinkOpensAnEntry(t *testing.T) {
	t.Parallel()
	s, _ := soldOut(t)
	path, proof := s.wait("ada@example.com", 1)
	for _, a := range []ask{{method: "GET", path: path}, {method: "DELETE", path: path}, {method: "POST", path: path + "/rejoin"}} {
		s.do(a).refused(401, "secret_missing")
		a.header = map[string]string{"Waitlist-Token": "abc"}
		s.do(a).refused(404, "waitlist_not_found")
	}
	assert.Equal(t, "waiting", s.waiting(path, proof).State)
}

func TestWaitlist_NobodyIsFloodedWithMails(t *testing.T) {
	t.Parallel()
	s, _ := soldOut(t)
	body := object{"show_id": s.Programme.Show.ID, "name": "Ada", "email": "ada@example.com", "places": 1}
	for range 10 {
		s.do(ask{method: "POST", path: "/api/v1/waitlist", body: body}).must(202, nil)
	}
	for _, same := range []string{"ada@example.com", "ADA@example.com", " ada@example.com", "ada@example.com\t "} {
		body["email"] = same
		s.do(ask{method: "POST", path: "/api/v1/waitlist", body: body}).refused(429, "too_many_tries")
	}
}

func TestWaitlist_RefusalsNameTheField(t *testing.T) {
	t.Parallel()
	s, _ := soldOut(t)
	for field, change := range map[string]object{
		"name": {"name": ""}, "email": {"email": "ada"}, "places": {"places": 0}, "category": {"category": "x"}, "apart": {"apart": 1},
		"wheelchairs": {"wheelchairs": 1}, "companions": {"companions": 1}, "show_id": {"show_id": ""}, "colour": {"colour": "red"}, "locale": {"locale": "!"},
	} {
		body := object{"show_id": s.Programme.Show.ID, "name": "Ada", "email": field + "@example.com", "places": 1}
		maps.Copy(body, change)
		var p problem
		s.do(ask{method: "POST", path: "/api/v1/waitlist", body: body}).must(400, &p)
		assert.Equal(t, field, p.Field)
	}
	none := object{"show_id": "shw_none", "name": "Ada", "email": "ada@example.com", "places": 1}
	s.do(ask{method: "POST", path: "/api/v1/waitlist", body: none}).refused(404, "not_found")
}

func FuzzReadWait(f *testing.F) {
	f.Add([]byte(`{"show_id":"shw_1","name":"Ada","email":"ada@example.com","locale":"en","places":2,"category":"g","apart":true,"wheelchairs":1,"companions":1}`))
	f.Add([]byte(`{"show_id":"shw_1","places":-1}`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, body []byte) {
		w, err := api.ReadWait(body)
		if err != nil {
			assert.NotEqual(t, fault.Internal, fault.CodeOf(err))
			return
		}
		assert.NotEmpty(t, w.ShowID)
		assert.LessOrEqual(t, len(w.ShowID), 40)
		assert.GreaterOrEqual(t, w.Wish.Places, 0)
	})
}
