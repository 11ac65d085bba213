package seating_test

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/marquee-tickets/marquee/bms/catalog/seatmap"
	"github.com/marquee-tickets/marquee/bms/seating"
)

// model is an inventory as a plain map of holds, every answer computed by looking
// at all of them.
type model struct {
	plan   *seatmap.Plan
	rules  seating.Rules
	rows   []string
	quotas []seating.Quota // the areas' own included, by key
	now    time.Time
	holds  map[seating.HoldID]seating.Hold // closed ones included
}

// expired reports whether the hold is open but its time has passed.
func (m *model) expired(h seating.Hold) bool {
	return h.State.Open() && !h.Until().IsZero() && m.now.Sub(h.Until()) > m.rules.Grace
}

// current returns the open holds that have not expired.
func (m *model) current() []seating.Hold {
	return slices.DeleteFunc(slices.Collect(maps.Values(m.holds)), func(h seating.Hold) bool {
		return !h.State.Open() || m.expired(h)
	})
}

// overdue returns the expired holds, the first to end in front.
func (m *model) overdue() []seating.Hold {
	out := slices.DeleteFunc(slices.Collect(maps.Values(m.holds)), func(h seating.Hold) bool { return !m.expired(h) })
	slices.SortFunc(out, func(a, b seating.Hold) int {
		return cmp.Or(a.Until().Compare(b.Until()), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// taken returns the seats that cannot be had.
func (m *model) taken() map[int32]bool {
	out := map[int32]bool{}
	for _, h := range m.current() {
		for _, s := range h.Seats {
			out[s] = true
		}
	}
	return out
}

// uses is how many places of the quota some area places need.
func uses(q seating.Quota, areas []seating.Places) int {
	n := 0
	for _, p := range areas {
		if slices.Contains(q.Areas, p.Area) {
			n += p.N
		}
	}
	return n
}

// used is how many places of the quota the holds have.
func used(q seating.Quota, holds []seating.Hold) int {
	n := 0
	for _, h := range holds {
		n += uses(q, h.Areas)
	}
	return n
}

// places returns why the places cannot be had, or nil.
func (m *model) places(seats []int32, areas []seating.Places) error {
	for _, q := range m.quotas {
		if need := uses(q, areas); need > 0 && used(q, m.current())+need > q.Capacity {
			return seating.ErrNotEnough
		}
	}
	gone := m.taken()
	if slices.ContainsFunc(seats, func(s int32) bool { return gone[s] }) {
		return seating.ErrTaken
	}
	return nil
}

// hold returns why a request is refused, or nil.
func (m *model) hold(r seating.HoldRequest) error {
	want := len(r.Seats)
	for _, p := range r.Areas {
		want += p.N
	}
	if r.Best != nil {
		want += r.Best.N
	}
	if _, exists := m.holds[r.ID]; exists && m.holds[r.ID].State.Open() {
		return seating.ErrDuplicateHold
	}
	if want > m.rules.MaxPerHold || r.Buyer != "" && m.has(r.Buyer)+want > m.rules.MaxPerBuyer {
		return seating.ErrLimit
	}
	if err := m.places(nil, r.Areas); err != nil {
		return err
	}
	if r.Best != nil {
		return m.best(*r.Best)
	}
	return m.named(r)
}

func (m *model) named(r seating.HoldRequest) error {
	spaces, companions := 0, 0
	for _, s := range r.Seats {
		switch m.plan.Seats[s].Kind {
		case seatmap.House:
			return seating.ErrNotForSale
		case seatmap.Wheelchair:
			spaces++
		case seatmap.Companion:
			companions++
		case seatmap.Standard, seatmap.Recliner:
		}
		if !r.Accessible && spaces+companions > 0 {
			return seating.ErrAccessible
		}
	}
	if companions > spaces {
		return seating.ErrAccessible
	}
	for _, c := range r.Seats {
		if m.plan.Seats[c].Kind == seatmap.Companion && !slices.ContainsFunc(r.Seats, func(w int32) bool { return m.near(c, w) }) {
			return seating.ErrAccessible
		}
	}
	if err := m.places(r.Seats, nil); err != nil {
		return err
	}
	if spaces == 0 && m.oracle().stranded(r.Seats) != nil {
		return seating.ErrOrphan
	}
	return nil
}

func (m *model) near(companion, space int32) bool {
	c, w := m.plan.Seats[companion], m.plan.Seats[space]
	return w.Kind == seatmap.Wheelchair && (c.X-w.X)*(c.X-w.X)+(c.Y-w.Y)*(c.Y-w.Y) <= 16
}

func (m *model) oracle() oracle {
	return oracle{rule: m.rules.Orphans, rows: m.rows, taken: m.taken()}
}

func (m *model) best(b seating.Best) error {
	n := b.N
	if b.Scattered {
		n = 1
	}
	if free := m.oracle().windows(n, ".g"); len(free) == 0 || b.Scattered && len(free) < b.N {
		return seating.ErrNotEnough
	}
	return nil
}

// has is what the buyer holds and owns.
func (m *model) has(buyer string) int {
	n := 0
	for _, h := range m.current() {
		if h.Buyer == buyer && h.State != seating.StateHouse {
			n += h.Len()
		}
	}
	return n
}

// makeRoom closes the expired holds whose places are wanted.
func (m *model) makeRoom(seats []int32, areas []seating.Places) {
	for _, h := range m.overdue() {
		if slices.ContainsFunc(h.Seats, func(s int32) bool { return slices.Contains(seats, s) }) {
			m.close(h)
		}
	}
	for _, q := range m.quotas {
		for _, h := range m.overdue() {
			if need := uses(q, areas); need > 0 && uses(q, h.Areas) > 0 && m.stored(q)+need > q.Capacity {
				m.close(h)
			}
		}
	}
}

func (m *model) close(h seating.Hold) {
	h.State = seating.StateExpired
	m.holds[h.ID] = h
}

// stored is how many places of the quota the holds have, expired ones included.
func (m *model) stored(q seating.Quota) int {
	return used(q, slices.DeleteFunc(slices.Collect(maps.Values(m.holds)), func(h seating.Hold) bool { return !h.State.Open() }))
}

// put stores what the inventory returned.
func (m *model) put(h seating.Hold) {
	if !m.holds[h.ID].State.Open() {
		m.makeRoom(h.Seats, h.Areas)
	}
	m.holds[h.ID] = h
}

// table is a store to which deltas are written as a database would do it.
type table struct {
	claims map[int32]seating.Claim
	holds  map[seating.HoldID]seating.Hold
	quotas map[string]seating.QuotaCount
	bits   []byte // what a page shows
	areas  map[string]int
}

// write applies a delta with every condition that a database would check.
func (s *table) write(t require.TestingT, d seating.Delta) {
	for i, c := range d.Seats {
		require.True(t, s.claims[c.Seat].Equal(c.From), "seat %d was not as the delta says", c.Seat)
		require.False(t, c.From.Equal(c.To))
		require.True(t, i == 0 || d.Seats[i-1].Seat < c.Seat)
		if c.To.Status == seating.Free {
			require.Equal(t, seating.Claim{}, c.To)
			delete(s.claims, c.Seat)
		} else {
			s.claims[c.Seat] = c.To
		}
	}
	seen := map[seating.HoldID]bool{}
	for _, c := range d.Holds {
		_, exists := s.holds[c.Hold.ID]
		require.Equal(t, c.New, !exists, c.Hold.ID)
		require.False(t, seen[c.Hold.ID])
		seen[c.Hold.ID] = true
		s.holds[c.Hold.ID] = c.Hold
	}
	for _, c := range d.Quotas {
		q := s.quotas[c.Key]
		q.Key, q.Held, q.Sold = c.Key, q.Held+c.Held, q.Sold+c.Sold
		require.GreaterOrEqual(t, q.Held, 0)
		require.GreaterOrEqual(t, q.Sold, 0)
		require.LessOrEqual(t, q.Held+q.Sold, c.Capacity)
		s.quotas[c.Key] = q
	}
	frame, err := seating.ParseFrame(seating.EncodeFrame(d, 1))
	require.NoError(t, err)
	require.NoError(t, frame.Apply(s.bits, s.areas))
}

// load makes a fresh inventory from the table.
func (s *table) load(t require.TestingT, m *model, quotas []seating.Quota) *seating.Inventory {
	inv := open(t, m.plan, m.rules, quotas...)
	claims := make([]seating.SeatClaim, 0, len(s.claims))
	for seat, c := range s.claims {
		claims = append(claims, seating.SeatClaim{Seat: seat, Claim: c})
	}
	require.NoError(t, inv.Load(slices.Collect(maps.Values(s.holds)), claims, slices.Collect(maps.Values(s.quotas))))
	return inv
}

// machine drives an inventory, its model and a table side by side.
type machine struct {
	inv   *seating.Inventory
	model *model
	table *table
	next  int
	t     *rapid.T
}

var sharedQuota = []seating.Quota{{Key: "standing", Capacity: 9, Areas: []string{"floor", "pit"}}}

func newMachine(t *rapid.T) *machine {
	rows := []string{"..... ....", "WC..g.", "H....g..CW"}
	plan := hall(t, slices.Concat(rows, []string{"=floor 6", "=pit 6"})...)
	rules := seating.Rules{
		Orphans:     rapid.SampledFrom([]seating.OrphanRule{seating.OrphanOff, seating.OrphanLenient, seating.OrphanStrict}).Draw(t, "rule"),
		MaxPerBuyer: 12, MaxPerHold: 8, HighDemand: rapid.Bool().Draw(t, "demand"),
		HoldFor: 8 * time.Minute, HoldTotal: 20 * time.Minute, Grace: 2 * time.Second,
	}
	m := &model{
		plan: plan, rules: rules, rows: rows, now: start, holds: map[seating.HoldID]seating.Hold{},
		quotas: []seating.Quota{
			{Key: "floor", Capacity: 6, Areas: []string{"floor"}}, {Key: "pit", Capacity: 6, Areas: []string{"pit"}}, sharedQuota[0],
		},
	}
	inv := open(t, plan, rules, sharedQuota...)
	return &machine{inv: inv, model: m, t: t, table: &table{
		claims: map[int32]seating.Claim{}, holds: map[seating.HoldID]seating.Hold{},
		quotas: map[string]seating.QuotaCount{}, bits: inv.Snapshot(), areas: areaMap(inv),
	}}
}

func areaMap(inv *seating.Inventory) map[string]int {
	out := map[string]int{}
	for _, a := range inv.Areas() {
		out[a.Key] = a.Free
	}
	return out
}

// sentinels are the refusals that the model foresees.
var sentinels = []error{
	seating.ErrTaken, seating.ErrNotEnough, seating.ErrOrphan, seating.ErrLimit, seating.ErrNotForSale, seating.ErrAccessible,
	seating.ErrExpired, seating.ErrNotHeld, seating.ErrSold, seating.ErrPaying, seating.ErrHighDemand, seating.ErrExtensionUsed,
	seating.ErrDuplicateHold,
}

// same requires that the inventory answered as the model foresaw, and that a
// refusal changed nothing.
func (k *machine) same(want error, request func() (seating.Hold, error)) {
	before, snapshot := k.inv.Delta(), k.inv.Snapshot()
	h, err := request()
	if want == nil {
		require.NoError(k.t, err)
		k.model.put(h)
		return
	}
	i := slices.IndexFunc(sentinels, func(s error) bool { return errors.Is(err, s) })
	require.GreaterOrEqual(k.t, i, 0, "want %v, got %v", want, err)
	require.Equal(k.t, want, sentinels[i])
	require.Equal(k.t, before, k.inv.Delta(), "a refused request leaves no trace")
	require.Equal(k.t, snapshot, k.inv.Snapshot())
}

func (k *machine) newID() seating.HoldID {
	k.next++
	return seating.HoldID(fmt.Sprintf("hld_%03d", k.next))
}

// anyID draws a hold that was made at some time, mostly.
func (k *machine) anyID() seating.HoldID {
	return seating.HoldID(fmt.Sprintf("hld_%03d", rapid.IntRange(max(1, k.next-8), k.next+1).Draw(k.t, "hold")))
}

func (k *machine) drawSeats(most int) []int32 {
	n := int32(len(k.model.plan.Seats))
	if rapid.Bool().Draw(k.t, "run") {
		from := rapid.Int32Range(0, n-1).Draw(k.t, "from")
		var out []int32
		for s := from; s < min(n, from+int32(rapid.IntRange(1, 4).Draw(k.t, "length"))); s++ {
			out = append(out, s)
		}
		return out
	}
	return rapid.SliceOfNDistinct(rapid.Int32Range(0, n-1), 1, most, rapid.ID[int32]).Draw(k.t, "seats")
}

func (k *machine) drawAreas(least int) []seating.Places {
	place := rapid.Custom(func(t *rapid.T) seating.Places {
		return seating.Places{Area: rapid.SampledFrom([]string{"floor", "pit"}).Draw(t, "area"), N: rapid.IntRange(1, 4).Draw(t, "n")}
	})
	return rapid.SliceOfNDistinct(place, least, 2, func(p seating.Places) string { return p.Area }).Draw(k.t, "areas")
}

func (k *machine) Hold(*rapid.T) {
	r := seating.HoldRequest{
		ID: k.newID(), Buyer: rapid.SampledFrom([]string{"", "ann", "bob", "eve"}).Draw(k.t, "buyer"),
		Accessible: rapid.Bool().Draw(k.t, "accessible"),
		For:        time.Duration(rapid.IntRange(0, 10).Draw(k.t, "minutes")) * time.Minute,
	}
	switch rapid.IntRange(0, 3).Draw(k.t, "what") {
	case 0:
		r.Areas = k.drawAreas(1)
	case 1:
		r.Best = &seating.Best{N: rapid.IntRange(1, 6).Draw(k.t, "n"), Scattered: rapid.Bool().Draw(k.t, "scattered")}
	case 2:
		r.Areas = k.drawAreas(0)
		fallthrough
	default:
		r.Seats = k.drawSeats(5)
	}
	k.same(k.model.hold(r), func() (seating.Hold, error) {
		h, err := k.inv.Hold(k.model.now, r)
		if err == nil && r.Best != nil {
			require.Len(k.t, h.Seats, r.Best.N)
			require.NoError(k.t, k.model.places(h.Seats, nil))
		}
		return h, err
	})
}

func (k *machine) Block(*rapid.T) {
	r := seating.BlockRequest{ID: k.newID(), Seats: k.drawSeats(4), Areas: k.drawAreas(0), Reason: "camera"}
	if rapid.Bool().Draw(k.t, "until") {
		r.Until = k.model.now.Add(time.Duration(rapid.IntRange(1, 60).Draw(k.t, "minutes")) * time.Minute)
	}
	want := k.model.places(r.Seats, nil)
	if want == nil {
		want = k.model.places(nil, r.Areas)
	}
	k.same(want, func() (seating.Hold, error) { return k.inv.Block(k.model.now, r) })
}

// live returns the hold and why a buyer cannot change it.
func (k *machine) live(id seating.HoldID) (seating.Hold, error) {
	h, ok := k.model.holds[id]
	switch {
	case !ok || !h.State.Open() || h.State == seating.StateHouse:
		return h, seating.ErrNotHeld
	case h.State == seating.StateSold:
		return h, seating.ErrSold
	case k.model.expired(h):
		return h, seating.ErrExpired
	}
	return h, nil
}

func (k *machine) Extend(*rapid.T) {
	id, by := k.anyID(), time.Duration(rapid.IntRange(1, 15).Draw(k.t, "minutes"))*time.Minute
	h, want := k.live(id)
	switch {
	case want != nil:
	case h.State == seating.StatePaying:
		want = seating.ErrPaying
	case k.model.rules.HighDemand:
		want = seating.ErrHighDemand
	case !h.ExpiresAt.Before(h.CreatedAt.Add(k.model.rules.HoldTotal)):
		want = seating.ErrExtensionUsed
	}
	k.same(want, func() (seating.Hold, error) {
		got, err := k.inv.Extend(k.model.now, id, by)
		if err == nil {
			require.True(k.t, got.ExpiresAt.After(h.ExpiresAt))
			require.False(k.t, got.ExpiresAt.After(h.CreatedAt.Add(k.model.rules.HoldTotal)))
		}
		return got, err
	})
}

func (k *machine) Pay(*rapid.T) {
	id, payBy := k.anyID(), k.model.now.Add(time.Duration(rapid.IntRange(1, 15).Draw(k.t, "minutes"))*time.Minute)
	h, want := k.live(id)
	k.same(want, func() (seating.Hold, error) {
		got, err := k.inv.StartPayment(k.model.now, id, payBy)
		switch {
		case err != nil:
		case h.Extended == 0:
			require.True(k.t, got.PayBy.Equal(payBy))
		default:
			require.False(k.t, got.PayBy.After(latest(h.PayBy, h.ExpiresAt)), "extended once")
		}
		return got, err
	})
}

func (k *machine) Decline(*rapid.T) {
	id := k.anyID()
	h, want := k.live(id)
	k.same(want, func() (seating.Hold, error) {
		got, err := k.inv.PaymentFailed(k.model.now, id)
		if err == nil && h.State == seating.StatePaying {
			require.False(k.t, got.ExpiresAt.Before(h.ExpiresAt))
			require.True(k.t, h.Extended == 2 || !got.ExpiresAt.Before(k.model.now.Add(seating.RetryFor)))
		}
		return got, err
	})
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (k *machine) Release(*rapid.T) {
	id := k.anyID()
	h, ok := k.model.holds[id]
	var want error
	switch {
	case !ok || !h.State.Open():
		want = seating.ErrNotHeld
	case h.State == seating.StateSold:
		want = seating.ErrSold
	}
	k.same(want, func() (seating.Hold, error) { return k.inv.Release(k.model.now, id) })
}

func (k *machine) Sell(*rapid.T) {
	h, ok := k.model.holds[k.anyID()]
	var want error
	switch {
	case !ok || h.State == seating.StateHouse || h.Reason != "" || h.State == seating.StateReleased && !h.SoldAt.IsZero():
		want = seating.ErrNotHeld
		if h.Reason != "" && !h.State.Open() {
			return // a closed house hold is never offered for sale by a caller
		}
	case h.State.Open():
	default:
		if want = k.model.places(h.Seats, nil); want == nil {
			want = k.model.places(nil, h.Areas)
		}
	}
	k.same(want, func() (seating.Hold, error) { return k.inv.Sell(k.model.now, h) })
}

// part draws some of the places of a hold.
func (k *machine) part(h seating.Hold) ([]int32, []seating.Places) {
	var seats []int32
	for _, s := range h.Seats {
		if rapid.Bool().Draw(k.t, "this") {
			seats = append(seats, s)
		}
	}
	var areas []seating.Places
	for _, p := range h.Areas {
		if n := rapid.IntRange(0, p.N).Draw(k.t, "places"); n > 0 {
			areas = append(areas, seating.Places{Area: p.Area, N: n})
		}
	}
	return seats, areas
}

func (k *machine) GiveBack(*rapid.T) {
	h, ok := k.model.holds[k.anyID()]
	seats, areas := k.part(h)
	if len(seats)+len(areas) == 0 {
		return
	}
	request, want := k.inv.Return, error(nil)
	switch {
	case ok && h.State == seating.StateHouse:
		request = k.inv.Unblock
		if k.model.expired(h) {
			want = seating.ErrExpired
		}
	case !ok || h.State != seating.StateSold:
		want = seating.ErrNotHeld
	}
	k.same(want, func() (seating.Hold, error) {
		got, err := request(k.model.now, h.ID, seats, areas)
		if err == nil {
			gone := len(seats)
			for _, p := range areas {
				gone += p.N
			}
			require.Equal(k.t, h.Len()-gone, got.Len())
			require.Equal(k.t, got.Len() == 0, got.State == seating.StateReleased)
		}
		return got, err
	})
}

func (k *machine) Wait(*rapid.T) {
	k.model.now = k.model.now.Add(time.Duration(rapid.IntRange(1, 400).Draw(k.t, "seconds")) * time.Second)
}

func (k *machine) Expire(*rapid.T) {
	got := k.inv.Expire(k.model.now)
	overdue := k.model.overdue()
	require.Len(k.t, got, len(overdue))
	for i, h := range overdue {
		require.Equal(k.t, h.ID, got[i])
		k.model.close(h)
	}
}

func (k *machine) Commit(*rapid.T) {
	k.table.write(k.t, k.inv.Delta())
	k.inv.ResetDelta()
	require.Equal(k.t, k.inv.Snapshot(), k.table.bits)
	require.Equal(k.t, areaMap(k.inv), k.table.areas)

	fresh := k.table.load(k.t, k.model, sharedQuota)
	require.True(k.t, fresh.Delta().Empty())
	require.Equal(k.t, k.inv.Snapshot(), fresh.Snapshot())
	require.Equal(k.t, k.inv.Areas(), fresh.Areas())
	require.Equal(k.t, k.inv.Counts(), fresh.Counts())
	if rapid.Bool().Draw(k.t, "reload") {
		k.inv = fresh
	}
}

// Check compares everything that can be seen.
func (k *machine) Check(t *rapid.T) {
	_, err := k.inv.Extend(k.model.now, "hld_none", 0) // tells the inventory the time
	require.ErrorIs(t, err, seating.ErrNotHeld)
	counts := seating.Counts{Capacity: len(k.model.plan.Seats) + 9, Free: len(k.model.plan.Seats)}
	forHouse := 0 // house seats that are blocked
	for _, s := range k.model.plan.Seats {
		if s.Kind == seatmap.House {
			counts.House++
		}
	}
	counts.Capacity -= counts.House
	counts.Free -= counts.House
	claims := map[int32]seating.Claim{}
	for id, h := range k.model.holds {
		got, ok := k.inv.Get(id)
		require.Equal(t, h.State.Open(), ok)
		if !ok {
			continue
		}
		require.Equal(t, h, got)
		switch n := h.Len(); h.State {
		case seating.StateHouse:
			counts.Blocked += n
		case seating.StateSold:
			counts.Sold += n
		case seating.StateHeld, seating.StatePaying:
			counts.Held += n
		case seating.StateReleased, seating.StateExpired:
			require.Fail(t, "a closed hold has no places")
		}
		counts.Free -= len(h.Seats)
		for _, s := range h.Seats {
			require.NotContains(t, claims, s, "a seat is in one hold")
			claims[s] = k.inv.Claim(s)
			require.Equal(t, id, claims[s].Hold)
			require.True(t, h.Until().Equal(claims[s].Until))
			if k.model.plan.Seats[s].Kind == seatmap.House {
				forHouse++
			}
		}
	}
	counts.Blocked -= forHouse
	counts.Free += forHouse
	standing := k.model.stored(sharedQuota[0])
	counts.Free += 9 - standing
	require.Equal(t, counts, k.inv.Counts())
	for _, buyer := range []string{"ann", "bob", "eve"} {
		require.Equal(t, k.model.has(buyer), k.inv.HeldOrSoldBy(buyer))
	}
}

func TestInventory_AgainstModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := newMachine(t)
		t.Repeat(map[string]func(*rapid.T){
			"hold": k.Hold, "hold again": k.Hold, "and again": k.Hold, "block": k.Block,
			"extend": k.Extend, "pay": k.Pay, "decline": k.Decline, "release": k.Release,
			"sell": k.Sell, "give back": k.GiveBack,
			"wait": k.Wait, "expire": k.Expire, "commit": k.Commit,
			"": k.Check,
		})
	})
}
