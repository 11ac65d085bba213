package api_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/storefront/api"
	"github.com/marquee-tickets/marquee/storefront/foryou"
	"github.com/marquee-tickets/marquee/storefront/foryou/foryoutest"
)

// recommendations are an answer.
type recommendations struct {
	Items []struct {
		Event    struct{ ID, Title string }
		Reason   struct{ Code, Event, Name string }
		NextShow struct {
			ID string
		} `json:"next_show"`
	}
}

// recommending is a shop with a recommender that recommends its event.
func recommending(t *testing.T) (*shop, *foryoutest.Recommender, *foryou.Queue) {
	t.Helper()
	to := &foryoutest.Recommender{}
	queue := foryou.NewQueue(to, foryou.QueueConfig{})
	s := open(t, api.Config{Recommender: to, Deeds: queue})
	to.Put(foryou.Suggestion{Event: s.Programme.Event.ID, Reason: foryou.Reason{Code: "popular", Name: "mumbai"}})
	return s, to, queue
}

func (s *shop) recommend(body any, header map[string]string) answer {
	s.t.Helper()
	return s.do(ask{method: "POST", path: "/api/v1/recommendations", body: body, header: header})
}

// nobody takes the header off that tests send otherwise.
var nobody = map[string]string{"Visitor-Id": ""}

func TestRecommend_SaysWhatWhyAndWhen(t *testing.T) {
	t.Parallel()
	s, to, _ := recommending(t)
	var got recommendations
	answer := s.recommend(object{}, nobody)
	answer.must(200, &got)
	require.Len(t, got.Items, 1)
	assert.Equal(t, "The General", got.Items[0].Event.Title)
	assert.Equal(t, "popular", got.Items[0].Reason.Code)
	assert.Equal(t, "mumbai", got.Items[0].Reason.Name)
	assert.Equal(t, string(s.Programme.Show.ID), got.Items[0].NextShow.ID)
	assert.Equal(t, "no-store", answer.header.Get("Cache-Control"))
	event := string(s.Programme.Event.ID)
	s.recommend(object{
		"city": "mumbai", "within": true, "like": "the-general", "language": "hi", "n": 3, "recent": []string{event}, "exclude": []string{},
	}, nil).must(200, &got)
	assert.Empty(t, got.Items, "nothing is like itself")
	assert.Equal(t, []foryou.Wish{
		{N: 12, Surface: "api"},
		{
			N: 3, Surface: "api", Visitor: visitor, City: "mumbai", Within: true, Like: s.Programme.Event.ID, Language: "hi",
			Recent: []catalog.EventID{s.Programme.Event.ID},
		},
	}, to.Wishes())
}

func TestRecommend_WhatIsNotOnSaleIsNotAnswered(t *testing.T) {
	t.Parallel()
	s, to, _ := recommending(t)
	var got recommendations
	s.recommend(object{"city": "berlin"}, nil).must(200, &got)
	assert.Len(t, got.Items, 1, "elsewhere is better than nothing")
	s.recommend(object{"city": "berlin", "within": true}, nil).must(200, &got)
	assert.Empty(t, got.Items)
	to.Put(foryou.Suggestion{Event: "evt_00000000000000000000000000"}, foryou.Suggestion{Event: s.Programme.Event.ID, Reason: foryou.Reason{Code: "viewed", Event: "evt_00000000000000000000000000"}})
	s.recommend(object{}, nil).must(200, &got)
	require.Len(t, got.Items, 1)
	assert.Empty(t, got.Items[0].Reason.Event, "nobody knows it")
	s.Clock.Advance(1000 * time.Hour)
	s.recommend(object{}, nil).must(200, &got)
	assert.Empty(t, got.Items)
}

func TestRecommend_ARecommenderThatFailsOrIsNotThere(t *testing.T) {
	t.Parallel()
	s, to, _ := recommending(t)
	to.Break(errors.New("down"))
	var got recommendations
	s.recommend(object{}, nil).must(200, &got)
	assert.Empty(t, got.Items)
	none := open(t, api.Config{})
	none.recommend(object{}, nil).must(200, &got)
	assert.Empty(t, got.Items)
	none.do(ask{method: "POST", path: "/api/v1/feedback", body: object{"event": "the-general", "kind": "view"}}).refused(404, "no_recommendations")
	none.do(ask{method: "DELETE", path: "/api/v1/visitors/me/history", header: map[string]string{"Visitor-Id": visitor}}).refused(404, "no_recommendations")
}

func TestRecommend_Refusals(t *testing.T) {
	t.Parallel()
	s, _, _ := recommending(t)
	for field, body := range map[string]object{
		"n": {"n": 51}, "within": {"within": true}, "recent[1]": {"recent": []string{string(s.Programme.Event.ID), "x"}},
		"exclude": {"exclude": make([]string, 0, 1)}, "like": {"like": "no-such-event"}, "city": {"city": 7}, "mood": {"mood": "good"},
	} {
		if field == "exclude" {
			list := make([]string, 101)
			for i := range list {
				list[i] = string(s.Programme.Event.ID)
			}
			body = object{"exclude": list}
		}
		a := s.recommend(body, nil)
		status, reason := 400, "invalid_field"
		if field == "like" {
			status, reason = 404, "not_found"
		}
		assert.Equal(t, field, a.refused(status, reason).Field)
	}
	assert.Equal(t, "Visitor-Id", s.recommend(object{}, map[string]string{"Visitor-Id": "short"}).refused(400, "invalid_field").Field)
	for range 60 {
		s.recommend(object{"n": 0}, nil)
	}
	s.recommend(object{}, nil).refused(429, "too_many_tries")
}

func TestFeedback_IsKeptAndTakenBack(t *testing.T) {
	t.Parallel()
	s, to, queue := recommending(t)
	tell := func(body object) answer { return s.do(ask{method: "POST", path: "/api/v1/feedback", body: body}) }
	kinds := func() []string {
		var list []string
		for _, d := range to.Deeds() {
			assert.Equal(t, foryou.Deed{Visitor: visitor, Event: s.Programme.Event.ID, Kind: d.Kind, Surface: "api", At: s.Now()}, d)
			list = append(list, d.Kind)
		}
		return list
	}
	tell(object{"event": "the-general", "kind": "view"}).must(204, nil)
	tell(object{"event": string(s.Programme.Event.ID), "kind": "hide"}).must(204, nil)
	assert.Equal(t, []string{"hide"}, kinds(), "opinions count at once")
	queue.Flush(t.Context())
	assert.Equal(t, []string{"hide", "view"}, kinds())
	tell(object{"event": "the-general", "kind": "hide", "undo": true}).must(204, nil)
	assert.Equal(t, []string{"view"}, kinds())
	s.do(ask{method: "DELETE", path: "/api/v1/visitors/me/history", header: map[string]string{"Visitor-Id": visitor}}).must(204, nil)
	assert.Empty(t, kinds())
	assert.Equal(t, []string{visitor}, to.Forgotten())
}

func TestFeedback_Refusals(t *testing.T) {
	t.Parallel()
	s, to, queue := recommending(t)
	for field, body := range map[string]object{
		"event": {"kind": "view"}, "kind": {"event": "the-general", "kind": "book"}, "undo": {"event": "the-general", "kind": "view", "undo": true},
	} {
		assert.Equal(t, field, s.do(ask{method: "POST", path: "/api/v1/feedback", body: body}).refused(400, "invalid_field").Field)
	}
	assert.Equal(t, "event", s.do(ask{method: "POST", path: "/api/v1/feedback", body: object{"event": "x", "kind": "view"}}).refused(404, "not_found").Field)
	good := object{"event": "the-general", "kind": "view"}
	unnamed := ask{method: "POST", path: "/api/v1/feedback", body: good, header: map[string]string{"Visitor-Id": "", "Cookie": "visitor=ABCDEFGHIJKLMNOPQRSTUVWXYZ"}}
	assert.Equal(t, "Visitor-Id", s.do(unnamed).refused(400, "invalid_field").Field, "a cookie is no consent")
	s.do(ask{method: "DELETE", path: "/api/v1/visitors/me/history"}).refused(400, "invalid_field")
	to.Break(errors.New("down"))
	s.do(ask{method: "POST", path: "/api/v1/feedback", body: object{"event": "the-general", "kind": "like"}}).refused(500, "internal")
	s.do(ask{method: "DELETE", path: "/api/v1/visitors/me/history", header: map[string]string{"Visitor-Id": visitor}}).refused(500, "internal")
	to.Break(nil)
	queue.Flush(t.Context())
	assert.Empty(t, to.Deeds())
}
