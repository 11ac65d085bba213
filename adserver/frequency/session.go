package frequency

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"
)

// Sessions signs counters for those of whom nothing may be kept. What somebody was shown in this visit is in a text that his browser holds until
// it is closed: it has no number of his, and says nothing that the page did not.
type Sessions struct {
	key  []byte
	life int64 // seconds
}

// Bounds of a session.
const (
	leastKey = 32
	entries  = 32 // entities; then that goes which was shown least lately
	bytesOf  = 10 // an entity in the text
	prefix   = 5  // version, and when the session began
	macBytes = 16
	version  = 1

	longest = ((prefix+entries*bytesOf+macBytes)*8 + 5) / 6 // characters of a text
)

// NewSessions returns a signer. The key is secret and has 32 bytes or more. A session is over when life has passed since its begin: an hour to
// a week, in whole seconds, 0 for a day. Errors: an argument out of bounds, by its name.
func NewSessions(key []byte, life time.Duration) (*Sessions, error) {
	life = cmp.Or(life, 24*time.Hour)
	switch {
	case len(key) < leastKey:
		return nil, fmt.Errorf("frequency: the key of sessions has %d bytes: give %d or more", len(key), leastKey)
	case life < time.Hour || life > week:
		return nil, fmt.Errorf("frequency: the life of sessions is %s: give an hour to a week, or 0 for the default", life)
	}
	return &Sessions{key: slices.Clone(key), life: int64(life / time.Second)}, nil
}

// Session is what somebody was shown in a visit. It belongs to one request.
type Session struct {
	begun uint32
	shown []shown // that which was shown last comes last
}

// shown is an entity in a session.
type shown struct {
	id, last uint32
	kind     Kind
	times    uint8
}

// Open returns the session of a text, or one that begins now when the text is empty, forged, damaged or over.
func (s *Sessions) Open(text string, now time.Time) *Session {
	fresh := &Session{begun: uint32(roundDown(now))}
	if text == "" || len(text) > longest {
		return fresh
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < prefix+macBytes || (len(raw)-prefix-macBytes)%bytesOf != 0 {
		return fresh
	}
	content := raw[:len(raw)-macBytes]
	if !hmac.Equal(s.mac(content), raw[len(content):]) || content[0] != version {
		return fresh
	}
	old := &Session{begun: binary.LittleEndian.Uint32(content[1:])}
	if age := roundDown(now) - int64(old.begun); age < 0 || age >= s.life {
		return fresh
	}
	for b := content[prefix:]; len(b) > 0; b = b[bytesOf:] {
		old.shown = append(old.shown, shown{
			kind: Kind(b[0]), times: b[1], id: binary.LittleEndian.Uint32(b[2:]), last: binary.LittleEndian.Uint32(b[6:]),
		})
	}
	return old
}

// Seal returns the text of a session, 455 characters of the URL-safe alphabet at most.
func (s *Sessions) Seal(c *Session) string {
	content := binary.LittleEndian.AppendUint32([]byte{version}, c.begun)
	for _, e := range c.shown {
		content = append(content, byte(e.kind), e.times)
		content = binary.LittleEndian.AppendUint32(content, e.id)
		content = binary.LittleEndian.AppendUint32(content, e.last)
	}
	return base64.RawURLEncoding.EncodeToString(append(content, s.mac(content)...))
}

func (s *Sessions) mac(content []byte) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte("frequency session\x00"))
	h.Write(content)
	return h.Sum(nil)[:macBytes]
}

func (c *Session) find(k Kind, id uint32) int {
	return slices.IndexFunc(c.shown, func(e shown) bool { return e.kind == k && e.id == id })
}

// Allowed reports whether all caps leave room for one more. It is strict: until a window has passed since an entity was shown last, all times count
// that it was shown before. Requests at a time do not know of each other.
func (c *Session) Allowed(limits []Limit, now time.Time) bool {
	if _, ok := newTicket(0, limits, now); !ok {
		return false
	}
	for _, l := range limits {
		at := c.find(l.Kind, l.ID)
		for _, p := range l.Caps {
			times := 0
			if at >= 0 && !c.shown[at].passed(p.Per, now) {
				times = int(c.shown[at].times)
			}
			if times >= int(p.Times) || times == math.MaxUint8 {
				return false
			}
		}
	}
	return true
}

// passed reports whether a window has passed since an entity was shown.
func (e shown) passed(p Per, now time.Time) bool {
	return p != Lifetime && roundDown(now)-int64(e.last) >= p.seconds()
}

// Count counts what is shown now, as far as it has caps. It counts when the ad is sent and not when it is seen: a page can be told only once.
func (c *Session) Count(limits []Limit, now time.Time) {
	for _, l := range limits {
		if len(l.Caps) == 0 {
			continue
		}
		e := shown{id: l.ID, kind: l.Kind}
		if at := c.find(l.Kind, l.ID); at >= 0 {
			if slices.ContainsFunc(l.Caps, func(p Cap) bool { return !c.shown[at].passed(p.Per, now) }) {
				e.times = c.shown[at].times
			}
			c.shown = slices.Delete(c.shown, at, at+1)
		} else if len(c.shown) == entries {
			c.shown = slices.Delete(c.shown, 0, 1)
		}
		e.last = roundUp(now)
		if e.times < math.MaxUint8 {
			e.times++
		}
		c.shown = append(c.shown, e)
	}
}
