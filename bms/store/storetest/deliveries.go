package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/store"
)

var deliveryTests = map[string]func(*suite){
	"Delivery_OutcomesAreApplied":   testOutcomes,
	"Delivery_OutcomeAfterOutcome":  testOutcomeChain,
	"Delivery_LateOutcomeIsSkipped": testLateOutcome,
	"Delivery_SettledOnce":          testSettledOnce,
	"Delivery_DeadIsNotClaimed":     testDeadNotClaimed,
	"Delivery_Revive":               testRevive,
	"Delivery_ReviveOnlyTheDead":    testReviveOthers,
}

func (s *suite) outcomes(outcomes ...outbox.Outcome) {
	s.Helper()
	s.must(func(tx store.Tx) error { return tx.SettleMessages(s.Context(), outcomes) })
}

// record returns a message's record, whatever its status.
func (s *suite) record(id outbox.MessageID) outbox.Record {
	s.Helper()
	for _, status := range []outbox.Status{outbox.Pending, outbox.Delivered, outbox.Dead} {
		for _, r := range s.messages(status) {
			if r.ID == id {
				return r
			}
		}
	}
	require.Fail(s, "no such message", id)
	return outbox.Record{}
}

// applied settles the claimed record and checks that what is stored is what Record.Apply says.
func (s *suite) applied(r outbox.Record, o outbox.Outcome) {
	s.Helper()
	o.ID, o.LeasedUntil = r.ID, r.LeasedUntil
	want, ok := r.Apply(o)
	require.True(s, ok)
	s.outcomes(o)
	assert.Equal(s, want, s.record(r.ID))
}

// What the outcomes of a delivery can be.
func outcomes() map[string]outbox.Outcome {
	sinks := full[[]outbox.Remaining]()
	return map[string]outbox.Outcome{
		"delivered":  {Status: outbox.Delivered, DeliveredAt: start.Add(time.Second)},
		"after some": {Status: outbox.Delivered, DeliveredAt: start.Add(time.Second), Attempts: 3, Error: "the last but one"},
		"again":      {Status: outbox.Pending, NextAt: start.Add(time.Minute), Attempts: 1, Error: "ž “refused” <b>", Sinks: sinks},
		"put back":   {Status: outbox.Pending, NextAt: start.Add(time.Second)},
		"dead":       {Status: outbox.Dead, Attempts: 12, Error: "for good", Sinks: sinks[:1]},
	}
}

func testOutcomes(s *suite) {
	for name := range outcomes() {
		s.send(message(name, 0))
	}
	for _, r := range s.claim(10, time.Hour) {
		s.applied(r, outcomes()[string(r.ID[len("msg_"):])])
	}
}

// An outcome without an error keeps the error of the one before.
func testOutcomeChain(s *suite) {
	s.send(message("a", 0))
	s.applied(s.claim(1, time.Hour)[0], outcomes()["again"])
	s.clock.advance(time.Minute)
	next := s.claim(1, time.Hour)
	require.Len(s, next, 1, "it is claimed again when it is due")
	assert.Equal(s, outcomes()["again"].Sinks, next[0].Sinks)
	s.applied(next[0], outcomes()["delivered"])
	assert.NotEmpty(s, s.record("msg_a").LastError)
}

func testLateOutcome(s *suite) {
	s.send(message("a", 0), message("b", 0))
	first := s.claim(10, time.Minute)
	s.clock.advance(time.Minute)
	second := s.claim(1, time.Minute)[0]
	for _, late := range first {
		o := outbox.Outcome{ID: late.ID, LeasedUntil: late.LeasedUntil, Status: outbox.Delivered, DeliveredAt: start}
		_, applies := s.record(late.ID).Apply(o)
		assert.Equal(s, late.ID != second.ID, applies)
		s.outcomes(o)
	}
	assert.Equal(s, second, s.record(second.ID), "claimed by another since")
	assert.Len(s, s.messages(outbox.Delivered), 1, "nobody has claimed the other since, so its outcome is no less true")
	s.outcomes(outbox.Outcome{ID: "msg_none", LeasedUntil: start.Add(time.Minute), Status: outbox.Delivered, DeliveredAt: start})
}

func testSettledOnce(s *suite) {
	s.send(message("a", 0))
	r := s.claim(1, time.Minute)[0]
	s.applied(r, outcomes()["dead"])
	settled := s.record("msg_a")
	o := outcomes()["delivered"]
	o.ID, o.LeasedUntil = r.ID, r.LeasedUntil
	_, applies := settled.Apply(o)
	assert.False(s, applies)
	s.outcomes(o)
	assert.Equal(s, settled, s.record("msg_a"))
}

func testDeadNotClaimed(s *suite) {
	s.send(message("a", 0), message("b", 0))
	s.finish("msg_a", outcomes()["dead"], "msg_b", outcomes()["delivered"])
	s.clock.advance(1000 * time.Hour)
	assert.Empty(s, s.claim(10, time.Minute))
}

func testRevive(s *suite) {
	s.send(message("a", 0))
	s.applied(s.claim(1, time.Minute)[0], outcomes()["dead"])
	s.clock.advance(time.Hour)
	want, err := s.record("msg_a").Revive(s.db.Now())
	require.NoError(s, err)
	s.must(func(tx store.Tx) error { return tx.ReviveMessage(s.Context(), "msg_a") })
	assert.Equal(s, want, s.record("msg_a"))
	assert.Len(s, s.claim(1, time.Minute), 1, "due at once")
}

func testReviveOthers(s *suite) {
	s.send(message("a", 0), message("b", 0))
	s.finish("msg_b", outcomes()["delivered"])
	for _, id := range []outbox.MessageID{"msg_a", "msg_b"} {
		before := s.record(id)
		s.refused(outbox.ErrNotDead, func(tx store.Tx) error { return tx.ReviveMessage(s.Context(), id) })
		assert.Equal(s, before, s.record(id))
	}
	require.Error(s, s.try(func(tx store.Tx) error { return tx.ReviveMessage(s.Context(), "msg_none") }))
}
