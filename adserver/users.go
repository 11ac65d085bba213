package adserver

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/marquee-tickets/marquee/adserver/ads"
	"github.com/marquee-tickets/marquee/adserver/store"
)

// users are those who asked for something: the few who opted out of what is made for them, or hid an ad. It is safe for concurrent use.
type users struct {
	mu     sync.RWMutex
	plain  map[uint64]struct{} // who wants no personal ads
	hidden map[uint64]map[ads.CreativeID]time.Time
	asked  uint64 // how often somebody asked this node for something
	erased erased
}

// maxSlug is how long a publisher's slug may be, in bytes; package ads has it.
const maxSlug = 63

// hideFor is how long a hidden ad stays away.
const hideFor = 90 * 24 * time.Hour

func (u *users) load(ctx context.Context, db *store.DB) error {
	u.mu.RLock()
	asked := u.asked
	u.mu.RUnlock()
	chosen, err := db.Preferences(ctx, time.Time{})
	if err != nil {
		return fmt.Errorf("adserver: read what people prefer: %w", err)
	}
	hidden, err := db.Hidden(ctx)
	if err != nil {
		return fmt.Errorf("adserver: read what people hid: %w", err)
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.asked != asked {
		return nil // what was read may be older than what was asked for meanwhile; the next time is soon
	}
	u.plain, u.hidden = map[uint64]struct{}{}, map[uint64]map[ads.CreativeID]time.Time{}
	for _, p := range chosen {
		if !p.Personalised {
			u.plain[p.User] = struct{}{}
		}
	}
	for _, h := range hidden {
		u.hide(h.User, h.Creative, h.Until)
	}
	return nil
}

func (u *users) hide(user uint64, c ads.CreativeID, until time.Time) {
	if u.hidden[user] == nil {
		u.hidden[user] = map[ads.CreativeID]time.Time{}
	}
	u.hidden[user][c] = until
}

// wantsPlain reports whether somebody opted out of personal ads.
func (u *users) wantsPlain(user uint64) bool {
	u.mu.RLock()
	defer u.mu.RUnlock()
	_, plain := u.plain[user]
	return plain
}

// hides reports whether somebody hid a creative.
func (u *users) hides(user uint64, c ads.CreativeID, now time.Time) bool {
	u.mu.RLock()
	defer u.mu.RUnlock()
	until, hidden := u.hidden[user][c]
	return hidden && now.Before(until)
}

// userOf is by what number somebody is known: a keyed hash of the publisher's name for him, so that two publishers' visitors are never taken
// for one, and nobody without the key learns who it was. Zero is nobody.
func (e *Engine) userOf(p *publisher, id string) uint64 {
	if id == "" {
		return 0
	}
	var buffer [sha256.Size + maxSlug + 1 + maxUserID]byte
	text := append(append(buffer[:0], e.key[:]...), p.Slug...)
	text = append(append(text, 0), id...)
	// The key comes first, and has one length. Of a quarter of the sum nobody can go on to longer texts, so that no HMAC is needed.
	sum := sha256.Sum256(text)
	return max(binary.LittleEndian.Uint64(sum[:]), 1)
}

// Hide keeps an ad from whom it was shown to. Without a person, because there is no consent to know one, it does nothing. Errors: token.ErrToken.
func (e *Engine) Hide(ctx context.Context, text []byte) error {
	t, err := e.ring.Parse(text)
	if err != nil {
		return err
	}
	user := e.users.erased.unless(t.User, t.Epoch, t.Serial)
	if user == 0 || t.Creative == 0 { // a bidder's ads have no name that one could know the next by
		return nil
	}
	until := e.cfg.Now().Add(hideFor)
	if err := e.store.Hide(ctx, store.Hidden{User: user, Creative: t.Creative, Until: until}); err != nil {
		return fmt.Errorf("adserver: hide: %w", err)
	}
	e.users.mu.Lock()
	defer e.users.mu.Unlock()
	e.users.asked++
	e.users.hide(user, t.Creative, until)
	return nil
}

// Prefer says whether a publisher's visitor wants ads that are chosen by who he is. Errors: Invalid about the publisher.
func (e *Engine) Prefer(ctx context.Context, publisher, id string, personal bool) error {
	user, err := e.known(publisher, id)
	if err != nil {
		return err
	}
	if err := e.store.SetPersonalised(ctx, user, personal); err != nil {
		return fmt.Errorf("adserver: preference: %w", err)
	}
	e.users.mu.Lock()
	defer e.users.mu.Unlock()
	e.users.asked++
	if personal {
		delete(e.users.plain, user)
	} else {
		e.users.plain[user] = struct{}{}
	}
	return nil
}

func (e *Engine) known(slug, id string) (uint64, error) {
	p := e.current.Load().publishers[slug]
	if p == nil {
		return 0, unknownPublisher(slug)
	}
	if id == "" || len(id) > maxUserID {
		return 0, errUser
	}
	return e.userOf(p, id), nil
}
