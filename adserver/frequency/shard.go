package frequency

import (
	"slices"
	"sync"
	"time"
)

// shards is into how many parts, each with a lock, the users fall.
const shards = 256

// shard is a part of the users. Users and records are in lists that never move in memory but by growing; number 0 of each is nobody and nothing.
type shard struct {
	mu      sync.Mutex
	index   map[uint64]uint32 // of users
	users   []user
	records []record
	extras  map[uint32]*extra // by record

	freeUser, freeRecord uint32 // lists of free ones, by older and next
	oldest, newest       uint32 // users by when something was last counted for them
	entities             int    // records in use
	hand                 uint32 // the user at which the sweep goes on

	maxUsers, maxEntities, perUser int
	hold, lifetime                 int64 // seconds

	done  uint64   // sequences up to this one are in
	ahead []uint64 // and these, in order

	evicted, expired, trimmed uint64
}

type user struct {
	id           uint64 // 0 for a free one
	first        uint32 // record; what was touched last comes first
	older, newer uint32
	records      uint16
}

func (s *shard) init(c Config) {
	s.maxUsers, s.maxEntities, s.perUser = c.MaxUsers/shards, c.MaxEntities/shards, c.PerUser
	s.hold, s.lifetime = int64(c.Hold/time.Second), int64(c.Lifetime/time.Second)
	s.index, s.extras = map[uint64]uint32{}, map[uint32]*extra{}
	s.users, s.records = make([]user, 1), make([]record, 1)
}

// find returns the record of a user's entity, 0 when there is none.
func (s *shard) find(u uint32, k Kind, id uint32) uint32 {
	i := s.users[u].first
	for i != 0 && (s.records[i].id != id || s.records[i].kind != k) {
		i = s.records[i].next
	}
	return i
}

// touch returns a user as the newest one; somebody unknown gets a place.
func (s *shard) touch(id uint64, now int64) uint32 {
	u, ok := s.index[id]
	if ok {
		s.unlink(u)
	} else {
		u = s.addUser(id, now)
	}
	s.users[u].older, s.users[u].newer = s.newest, 0
	s.users[s.newest].newer = u // harmless where there is nobody
	s.newest = u
	if s.oldest == 0 {
		s.oldest = u
	}
	return u
}

func (s *shard) unlink(u uint32) {
	older, newer := s.users[u].older, s.users[u].newer
	if older == 0 {
		s.oldest = newer
	} else {
		s.users[older].newer = newer
	}
	if newer == 0 {
		s.newest = older
	} else {
		s.users[newer].older = older
	}
}

// further is how many users are looked at for one that can be forgotten without harm, when there is no place.
const further = 32

func (s *shard) addUser(id uint64, now int64) uint32 {
	if len(s.index) >= s.maxUsers && s.sweep(now, further, 0) == 0 {
		s.evicted++
		s.dropUser(s.oldest)
	}
	u := s.freeUser
	if u != 0 {
		s.freeUser = s.users[u].older
	} else {
		u = uint32(len(s.users))
		s.users = append(s.users, user{})
	}
	s.users[u] = user{id: id}
	s.index[id] = u
	return u
}

// dropUser forgets a user.
func (s *shard) dropUser(u uint32) {
	s.unlink(u)
	delete(s.index, s.users[u].id)
	for i := s.users[u].first; i != 0; {
		next := s.records[i].next
		s.free(i)
		i = next
	}
	s.users[u] = user{older: s.freeUser}
	s.freeUser = u
}

func (s *shard) free(i uint32) {
	delete(s.extras, i)
	s.records[i] = record{next: s.freeRecord}
	s.freeRecord = i
	s.entities--
}

// record returns that of the newest user's entity, as the first of his; an unknown one gets a place.
func (s *shard) record(u uint32, k Kind, id uint32, now int64) uint32 {
	i := s.find(u, k, id)
	switch i {
	case 0:
		i = s.addRecord(u, now)
		s.records[i].kind, s.records[i].id = k, id
	case s.users[u].first:
		return i
	default:
		s.detach(u, i)
	}
	s.records[i].next = s.users[u].first
	s.users[u].first = i
	s.users[u].records++
	return i
}

// detach takes a record out of its user's list.
func (s *shard) detach(u, i uint32) {
	at := &s.users[u].first
	for *at != i {
		at = &s.records[*at].next
	}
	*at = s.records[i].next
	s.users[u].records--
}

func (s *shard) addRecord(u uint32, now int64) uint32 {
	if int(s.users[u].records) >= s.perUser && s.tidyUser(u, now) == 0 {
		s.trim(u)
	}
	if s.entities >= s.maxEntities && s.sweep(now, further, u) == 0 {
		if s.oldest != u {
			s.evicted++
			s.dropUser(s.oldest)
		} else {
			s.trim(u)
		}
	}
	s.entities++
	if i := s.freeRecord; i != 0 {
		s.freeRecord = s.records[i].next
		s.records[i] = record{}
		return i
	}
	s.records = append(s.records, record{})
	return uint32(len(s.records) - 1)
}

// trim forgets the record of a user that he touched least lately.
func (s *shard) trim(u uint32) {
	last := s.users[u].first
	for s.records[last].next != 0 {
		last = s.records[last].next
	}
	s.detach(u, last)
	s.free(last)
	s.trimmed++
}

// tidyUser forgets records of a user that say nothing any more, and returns how many.
func (s *shard) tidyUser(u uint32, now int64) int {
	n := 0
	for i := s.users[u].first; i != 0; {
		next := s.records[i].next
		s.tidy(i, now)
		s.shrink(i)
		if s.over(i, now) {
			s.detach(u, i)
			s.free(i)
			n++
		}
		i = next
	}
	return n
}

// sweep looks at some users further on, and returns how many of them it forgot because no window of theirs runs any more. One of them
// is kept: something is being counted for him.
func (s *shard) sweep(now int64, some int, keep uint32) int {
	n := 0
	for range min(some, len(s.users)-1) {
		if s.hand++; int(s.hand) >= len(s.users) {
			s.hand = 1
		}
		u := s.hand
		if s.users[u].id == 0 || u == keep {
			continue
		}
		s.tidyUser(u, now)
		if s.users[u].records == 0 {
			s.dropUser(u)
			n++
		}
	}
	s.expired += uint64(n)
	return n
}

// isIn reports whether the view with a sequence has been counted.
func (s *shard) isIn(sequence uint64) bool {
	if sequence <= s.done {
		return true
	}
	_, ok := slices.BinarySearch(s.ahead, sequence)
	return ok
}

// few is how many sequences are kept before it is tried to do with fewer.
const few = 64

// note says that the view with a sequence has been counted.
func (s *shard) note(sequence, settled uint64) {
	if sequence <= s.done {
		return
	}
	if at, ok := slices.BinarySearch(s.ahead, sequence); !ok {
		if len(s.ahead) == cap(s.ahead) && len(s.ahead) >= few {
			s.settle(settled)
			at, _ = slices.BinarySearch(s.ahead, sequence)
		}
		s.ahead = slices.Insert(s.ahead, at, sequence)
	}
}

// settle says that all sequences up to one are in.
func (s *shard) settle(upTo uint64) {
	if upTo <= s.done {
		return
	}
	s.done = upTo
	at, _ := slices.BinarySearch(s.ahead, upTo+1)
	s.ahead = slices.Delete(s.ahead, 0, at)
}
