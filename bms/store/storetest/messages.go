package storetest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/store"
)

var messageTests = map[string]func(*suite){
	"Messages_RoundTrip":            testMessage,
	"Messages_UndoneWithTheirUnit":  testMessageUndone,
	"Messages_ClaimLeases":          testClaimLeases,
	"Messages_ClaimInOrder":         testClaimOrderOfMessages,
	"Messages_ClaimWhenDue":         testClaimWhenDue,
	"Messages_ClaimersNeverShare":   testClaimersNeverShare,
	"Messages_ListAndCount":         testListMessages,
	"Messages_IDsAreUnique":         testMessageDuplicate,
	"Messages_NoneIsNoWork":         testNoMessages,
	"Messages_PruneOnlyDelivered":   testPruneMessages,
	"Messages_ClaimReturnsItsLease": testClaimReturnsLease,
	"Messages_NewsOfTheCatalogue":   testCatalogNews,
}

func message(letter string, after time.Duration) outbox.Message {
	return outbox.Message{
		ID: outbox.MessageID("msg_" + letter), Topic: "booking.confirmed", Key: "bkg_" + letter,
		Body: json.RawMessage(`{"letter":"` + letter + `"}`), CreatedAt: start.Add(after),
	}
}

// fresh is the record of a message that nobody has claimed.
func fresh(m outbox.Message) outbox.Record {
	return outbox.Record{Message: m, Status: outbox.Pending, NextAt: m.CreatedAt}
}

func (s *suite) send(messages ...outbox.Message) {
	s.Helper()
	s.must(func(tx store.Tx) error { return tx.AddMessages(s.Context(), messages...) })
}

func (s *suite) claim(n int, lease time.Duration) []outbox.Record {
	s.Helper()
	var claimed []outbox.Record
	s.must(func(tx store.Tx) error {
		var err error
		claimed, err = tx.ClaimMessages(s.Context(), n, tx.Now().Add(lease))
		return err
	})
	return claimed
}

func (s *suite) messages(status outbox.Status) []outbox.Record {
	s.Helper()
	return read(s, func(tx store.Tx) ([]outbox.Record, error) { return tx.ListMessages(s.Context(), status, 100) })
}

func messageIDs(records []outbox.Record) []outbox.MessageID {
	var list []outbox.MessageID
	for _, r := range records {
		list = append(list, r.ID)
	}
	return list
}

func testMessage(s *suite) {
	m := full[outbox.Message]()
	bare := outbox.Message{ID: "msg_bare", Topic: "t", Body: json.RawMessage(`"<b> & no object"`), CreatedAt: start}
	s.send(m, bare)
	assert.ElementsMatch(s, []outbox.Record{fresh(m), fresh(bare)}, s.messages(outbox.Pending))
}

func testMessageUndone(s *suite) {
	s.refused(store.ErrStale, func(tx store.Tx) error {
		return firstOf(tx.AddMessages(s.Context(), message("a", 0)), tx.SetShowStatus(s.Context(), "shw_none", "", 1))
	})
	assert.Empty(s, s.messages(outbox.Pending))
}

func testMessageDuplicate(s *suite) {
	s.send(message("a", 0))
	s.refused(store.ErrDuplicate, func(tx store.Tx) error {
		return tx.AddMessages(s.Context(), message("b", 0), message("a", time.Hour))
	})
	assert.Equal(s, []outbox.Record{fresh(message("a", 0))}, s.messages(outbox.Pending))
}

func testCatalogNews(s *suite) {
	about := func(letter string, after time.Duration) outbox.Message {
		m := message(letter, after)
		m.Topic = store.TopicCatalogChanged
		return m
	}
	s.send(about("c", time.Minute), message("x", time.Minute), about("b", time.Minute), about("a", 2*time.Minute), about("old", 0))
	claimed := s.claim(1, time.Minute)
	s.outcomes(outbox.Outcome{ID: claimed[0].ID, LeasedUntil: claimed[0].LeasedUntil, Status: outbox.Delivered, DeliveredAt: start})
	news := func(since time.Duration, limit int) []outbox.Message {
		return read(s, func(tx store.Tx) ([]outbox.Message, error) {
			return tx.CatalogNews(s.Context(), start.Add(since), limit)
		})
	}
	assert.Equal(s, []outbox.Message{about("old", 0), about("b", time.Minute), about("c", time.Minute), about("a", 2*time.Minute)}, news(0, 10))
	assert.Equal(s, []outbox.Message{about("b", time.Minute), about("c", time.Minute)}, news(time.Minute, 2))
	assert.Empty(s, news(time.Hour, 10))
}

func testNoMessages(s *suite) {
	s.send()
	assert.Empty(s, s.claim(10, time.Minute))
	s.must(func(tx store.Tx) error { return tx.SettleMessages(s.Context(), nil) })
	assert.Empty(s, read(s, func(tx store.Tx) (map[outbox.Status]int, error) { return tx.CountMessages(s.Context()) }))
}

func testClaimLeases(s *suite) {
	s.send(message("a", 0), message("b", 0))
	assert.Len(s, s.claim(10, time.Minute), 2)
	assert.Empty(s, s.claim(10, time.Minute), "leased")
	s.clock.advance(time.Minute - time.Microsecond)
	assert.Empty(s, s.claim(10, time.Minute), "still leased")
	s.clock.advance(time.Microsecond)
	assert.Len(s, s.claim(1, time.Minute), 1, "the lease is over")
	assert.Len(s, s.claim(10, time.Minute), 1)
}

func testClaimReturnsLease(s *suite) {
	m := full[outbox.Message]()
	m.CreatedAt = start
	s.send(m)
	want := fresh(m)
	want.LeasedUntil = start.Add(time.Minute)
	assert.Equal(s, []outbox.Record{want}, s.claim(10, time.Minute))
	assert.Equal(s, []outbox.Record{want}, s.messages(outbox.Pending))
}

func testClaimOrderOfMessages(s *suite) {
	s.clock.advance(time.Hour)
	s.send(message("c", time.Minute), message("b", 2*time.Minute), message("d", time.Minute), message("a", 3*time.Minute))
	assert.Equal(s, []outbox.MessageID{"msg_c", "msg_d"}, messageIDs(s.claim(2, time.Hour)))
	assert.Equal(s, []outbox.MessageID{"msg_b", "msg_a"}, messageIDs(s.claim(5, time.Hour)))
}

func testClaimWhenDue(s *suite) {
	s.send(message("now", 0), message("later", time.Minute))
	assert.Equal(s, []outbox.MessageID{"msg_now"}, messageIDs(s.claim(10, time.Hour)))
	s.clock.advance(time.Minute)
	assert.Equal(s, []outbox.MessageID{"msg_later"}, messageIDs(s.claim(10, time.Hour)))
}

func testClaimersNeverShare(s *suite) {
	const n = 120
	for i := range n {
		s.send(message(fmt.Sprintf("%03d", i), 0))
	}
	claimed := make([][]outbox.Record, 8)
	for _, err := range together(len(claimed), func(i int) error {
		return s.try(func(tx store.Tx) error {
			var err error
			claimed[i], err = tx.ClaimMessages(s.Context(), n/len(claimed), tx.Now().Add(time.Minute))
			return err
		})
	}) {
		require.NoError(s, err)
	}
	seen := map[outbox.MessageID]bool{}
	for _, batch := range claimed {
		for _, r := range batch {
			assert.False(s, seen[r.ID], "%s is claimed twice", r.ID)
			seen[r.ID] = true
		}
	}
	for _, r := range s.claim(n, time.Minute) { // who was passed over while others had it is still there
		assert.False(s, seen[r.ID])
		seen[r.ID] = true
	}
	assert.Len(s, seen, n)
}

func testListMessages(s *suite) {
	s.send(message("a", 0), message("c", 0), message("b", 0), message("d", 0))
	s.finish("msg_d", outbox.Outcome{Status: outbox.Dead, Error: "no"}, "msg_b", outbox.Outcome{Status: outbox.Delivered, DeliveredAt: start})
	list := func(status outbox.Status, limit int) []outbox.MessageID {
		return messageIDs(read(s, func(tx store.Tx) ([]outbox.Record, error) { return tx.ListMessages(s.Context(), status, limit) }))
	}
	assert.Equal(s, []outbox.MessageID{"msg_c", "msg_a"}, list(outbox.Pending, 10), "newest first")
	assert.Equal(s, []outbox.MessageID{"msg_c"}, list(outbox.Pending, 1))
	assert.Equal(s, []outbox.MessageID{"msg_d"}, list(outbox.Dead, 10))
	assert.Equal(s, []outbox.MessageID{"msg_b"}, list(outbox.Delivered, 10))
	counts := read(s, func(tx store.Tx) (map[outbox.Status]int, error) { return tx.CountMessages(s.Context()) })
	assert.Equal(s, map[outbox.Status]int{outbox.Pending: 2, outbox.Dead: 1, outbox.Delivered: 1}, counts)
}

func testPruneMessages(s *suite) {
	s.send(message("old", 0), message("new", 0), message("dead", 0), message("pending", 0))
	s.finish("msg_old", outbox.Outcome{Status: outbox.Delivered, DeliveredAt: start.Add(time.Minute)},
		"msg_new", outbox.Outcome{Status: outbox.Delivered, DeliveredAt: start.Add(2 * time.Minute)}, "msg_dead", outbox.Outcome{Status: outbox.Dead})
	s.must(func(tx store.Tx) error { return tx.PruneMessages(s.Context(), start.Add(2*time.Minute)) })
	assert.Equal(s, []outbox.MessageID{"msg_new"}, messageIDs(s.messages(outbox.Delivered)))
	assert.Len(s, s.messages(outbox.Dead), 1)
	assert.Len(s, s.messages(outbox.Pending), 1)
}

// finish claims everything and settles the messages named, each with the outcome behind it; the rest is given back.
func (s *suite) finish(pairs ...any) {
	s.Helper()
	named := map[outbox.MessageID]outbox.Outcome{}
	for i := 0; i < len(pairs); i += 2 {
		named[outbox.MessageID(pairs[i].(string))] = pairs[i+1].(outbox.Outcome)
	}
	var outcomes []outbox.Outcome
	for _, r := range s.claim(1000, time.Minute) {
		o, ok := named[r.ID]
		if !ok {
			o = outbox.Outcome{Status: outbox.Pending, NextAt: r.NextAt}
		}
		o.ID, o.LeasedUntil = r.ID, r.LeasedUntil
		outcomes = append(outcomes, o)
	}
	s.must(func(tx store.Tx) error { return tx.SettleMessages(s.Context(), outcomes) })
}
