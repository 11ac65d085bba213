package bms

import (
	"context"
	"crypto/subtle"
	"errors"

	"github.com/marquee-tickets/marquee/bms/id"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/bms/waitlist"
)

// ready refuses what is no id of an entry, and has the key of all links in memory, so that a unit of work waits for nothing.
func (s *WaitlistService) ready(ctx context.Context, entry waitlist.EntryID) error {
	if id.Check("id", waitlist.Prefix, entry) != nil {
		return waitlist.ErrNoEntry
	}
	_, err := s.link(ctx, waitlist.Entry{})
	return err
}

// own returns the entry that a link leads to. Errors: waitlist.ErrNoEntry.
func (s *WaitlistService) own(ctx context.Context, entry waitlist.EntryID, link string) (waitlist.Entry, error) {
	if err := s.ready(ctx, entry); err != nil {
		return waitlist.Entry{}, err
	}
	return view(ctx, s.c.db, func(tx store.Tx) (waitlist.Entry, error) { return s.proved(ctx, tx, entry, link) })
}

// proved reads an entry, if the link is its present one. Errors: waitlist.ErrNoEntry.
func (s *WaitlistService) proved(ctx context.Context, tx store.Tx, entry waitlist.EntryID, link string) (waitlist.Entry, error) {
	e, err := tx.WaitEntry(ctx, entry)
	if err != nil {
		return waitlist.Entry{}, noEntry(err)
	}
	want, err := s.link(ctx, e)
	if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(link)) != 1 {
		err = waitlist.ErrNoEntry
	}
	if err != nil {
		return waitlist.Entry{}, err
	}
	return e, nil
}

func noEntry(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return waitlist.ErrNoEntry
	}
	return err
}

// link is what proves an entry to be its person's: that of the present generation.
func (s *WaitlistService) link(ctx context.Context, e waitlist.Entry) (string, error) {
	return s.c.vault.token(ctx, "waitlist", renewed(string(e.ID), e.LinkGeneration))
}

// RenewWaitLinkRequest asks for another link to a place in the line.
type RenewWaitLinkRequest struct {
	EntryID waitlist.EntryID
	Link    string // the one that is to end
	Key     string // idempotency key
}

// RenewLink ends the link of an entry. Another one goes to its person with the mail that tells where the entry stands, and to nobody
// else. Errors: waitlist.ErrNoEntry; waitlist.ErrEnded when nothing can come of the entry any more.
func (s *WaitlistService) RenewLink(ctx context.Context, r RenewWaitLinkRequest) (waitlist.Entry, error) {
	e, err := once(ctx, s.c, "waitlist.renew_link", r.Key, r, func(finish finish[waitlist.Entry]) (waitlist.Entry, error) {
		before, err := s.own(ctx, r.EntryID, r.Link)
		if err != nil {
			return before, err
		}
		var after waitlist.Entry
		err = s.c.judge.do(ctx, before.ShowID, func(j *ruling) error { // as all that changes entries
			known, err := s.proved(ctx, j.tx, r.EntryID, r.Link)
			if err != nil {
				return err
			}
			if after, err = known.RenewLink(j.now); err != nil {
				return err
			}
			return firstOf(j.tx.UpdateWaitEntry(ctx, after), s.tell(ctx, j.tx, standing(after), after), finish(j.tx, after))
		})
		return after, err
	})
	s.c.relay.Wake()
	return e, err
}

// standing is the message that tells where an entry stands that is in the line or has an offer.
func standing(e waitlist.Entry) string {
	if e.State == waitlist.Offered {
		return TopicWaitlistOffered
	}
	return TopicWaitlistJoined
}
