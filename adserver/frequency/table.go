package frequency

import (
	"sync/atomic"
	"time"
)

// Table counts. It is safe for concurrent use.
type Table struct {
	cfg     Config
	shards  [shards]shard
	settled atomic.Uint64
	hand    atomic.Uint32
}

// New returns an empty table. Errors: a Config field out of bounds, by its name.
func New(cfg Config) (*Table, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	t := &Table{cfg: cfg}
	for i := range t.shards {
		t.shards[i].init(cfg)
	}
	return t, nil
}

// shard is where a user is.
func (t *Table) shard(id uint64) *shard { return &t.shards[shardOf(id)] }

// shardOf mixes the bits (Knuth's multiplicative hashing): numbers in a row fall to different shards, too.
func shardOf(id uint64) int { return int(id * 0x9E3779B97F4A7C15 >> 56) }

// Allowed reports whether all caps leave room for one more view. It promises nothing: only Reserve does. For user 0, of whom nothing may be
// kept, it is true when nothing has caps, or when Config.Lenient is set. A limit that is not valid, or a second one of a level, allows nothing.
func (t *Table) Allowed(id uint64, limits []Limit, now time.Time) bool {
	ticket, ok := newTicket(id, limits, now)
	if !ok || !ticket.capped() || id == 0 {
		return ok && (!ticket.capped() || t.cfg.Lenient)
	}
	s := t.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.allowed(s.index[id], limits, roundDown(now))
}

func (s *shard) allowed(u uint32, limits []Limit, now int64) bool {
	for n := range limits {
		l := &limits[n]
		if len(l.Caps) == 0 {
			continue
		}
		if i := s.find(u, l.Kind, l.ID); i != 0 {
			if !s.allows(i, l.Caps, now) {
				return false
			}
			continue
		}
		for _, c := range l.Caps {
			if c.Times == 0 {
				return false
			}
		}
	}
	return true
}

// Reserve takes a place within all caps, or in none of them: it then reports false. What it answers is what Allowed says at that moment, and
// of requests at a time no more get a place than there are. Of a user who is known it allocates nothing, but now and then to grow.
func (t *Table) Reserve(id uint64, limits []Limit, now time.Time) (Ticket, bool) {
	ticket, ok := newTicket(id, limits, now)
	if !ok || !ticket.capped() || id == 0 {
		return ticket, ok && (!ticket.capped() || t.cfg.Lenient)
	}
	s, second := t.shard(id), roundDown(now)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.allowed(s.index[id], limits, second) {
		return Ticket{}, false
	}
	u := s.touch(id, second)
	for n := range limits {
		if l := &limits[n]; len(l.Caps) > 0 {
			i := s.record(u, l.Kind, l.ID, second)
			s.records[i].flags = flagsOf(l.Caps) | s.records[i].flags&spilled
			s.tidy(i, second)
			s.reserve(i, ticket.At)
		}
	}
	return ticket, true
}

// Commit counts a view, at the time at which it was seen, and ends its reservation. A ticket whose reservation has ended is counted as well: the
// ad was seen. Whoever calls sees to it that one ticket comes once: each call is a view. The sequence is that of the view's
// record in the journal, 0 when there is none; see Settled. No sequence is used again, not even that of a record that a crash has lost.
func (t *Table) Commit(ticket Ticket, at time.Time, sequence uint64) {
	if ticket.User == 0 || !ticket.capped() {
		return
	}
	s := t.shard(ticket.User)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commit(ticket, at, sequence, t.settled.Load())
}

// Replay is Commit for a view of the journal, and reports whether it counted it: what is in the checkpoint that was restored, or was replayed
// before, is passed over. The caps of what it meets first are unknown to it, so it keeps all windows until the next Reserve.
func (t *Table) Replay(ticket Ticket, at time.Time, sequence uint64) bool {
	if ticket.User == 0 || !ticket.capped() {
		return false
	}
	s := t.shard(ticket.User)
	s.mu.Lock()
	defer s.mu.Unlock()
	if sequence != 0 && s.isIn(sequence) {
		return false
	}
	s.commit(ticket, at, sequence, t.settled.Load())
	return true
}

func (s *shard) commit(ticket Ticket, at time.Time, sequence, settled uint64) {
	if sequence != 0 {
		s.note(sequence, settled)
	}
	now := roundDown(at)
	u := s.touch(ticket.User, now)
	for k, id := range ticket.IDs {
		if id != 0 {
			i := s.record(u, Kind(k), id, now)
			s.release(i, ticket.At)
			s.tidy(i, now)
			s.view(i, roundUp(at))
		}
	}
}

// Release ends the reservation of what was not seen. It does nothing when that has ended before. Reservations of one user and one second are
// alike: a second Release of one ticket would end another's.
func (t *Table) Release(ticket Ticket) {
	if ticket.User == 0 {
		return
	}
	s := t.shard(ticket.User)
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.index[ticket.User]
	if !ok {
		return
	}
	for k, id := range ticket.IDs {
		if i := s.find(u, Kind(k), id); id != 0 && i != 0 && s.release(i, ticket.At) && s.over(i, 0) {
			s.detach(u, i)
			s.free(i)
		}
	}
	if s.users[u].records == 0 {
		s.dropUser(u)
	}
}

// Settled says that all views up to a sequence have been committed, or never will be. Without it the numbers of all views since the
// last restart are kept, for a checkpoint to know them.
func (t *Table) Settled(sequence uint64) {
	for {
		old := t.settled.Load()
		if sequence <= old || t.settled.CompareAndSwap(old, sequence) {
			return
		}
	}
}

// Forget erases a user. A checkpoint that was made before still has him, and so has the journal: the caller erases there, or forgets him again
// after Restore and Replay.
func (t *Table) Forget(id uint64) {
	s := t.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if u, ok := s.index[id]; ok {
		s.dropUser(u)
	}
}

// Sweep looks at some users of one shard and forgets those of whom no window runs any more; it returns how many. The next call goes
// on with the next shard. It is for a timer: every 256 calls each shard has been at once.
func (t *Table) Sweep(now time.Time, some int) int {
	s := &t.shards[t.hand.Add(1)%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sweep(roundDown(now), some, 0)
}

// Stats is what a table holds and has forgotten since it was made.
type Stats struct {
	Users    int
	Entities int    // pairs of a user and something with caps
	Evicted  uint64 // users forgotten for want of room: they may see an ad again
	Trimmed  uint64 // entities forgotten because one user had too many, likewise
	Expired  uint64 // users forgotten because no window of theirs ran any more
}

// Stats returns what the table holds.
func (t *Table) Stats() Stats {
	var sum Stats
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		sum.Users += len(s.index)
		sum.Entities += s.entities
		sum.Evicted += s.evicted
		sum.Trimmed += s.trimmed
		sum.Expired += s.expired
		s.mu.Unlock()
	}
	return sum
}
