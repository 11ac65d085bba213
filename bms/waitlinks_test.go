package bms_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/waitlist"
)

var mailedEntry = regexp.MustCompile(`/waitlist/(wle_[0-9a-z]+)\?t=([a-z2-7]{26})`)

// lastEntryLink is the link in the last mail about waiting lists to somebody.
func (l line) lastEntryLink(e bms.WaitEntry) string {
	l.Helper()
	link := ""
	for _, m := range l.Mails.Mails() {
		if found := mailedEntry.FindStringSubmatch(m.Text); found != nil && m.To == e.Person.Email && found[1] == string(e.ID) {
			link = found[2]
		}
	}
	require.NotEmpty(l, link)
	return link
}

func TestWaitlistRenewLink_EndsTheOldLinkAndKeepsThePlaceInTheLine(t *testing.T) {
	inLine(t, four(t), func(l line) {
		held := l.Hold(strings.Fields(seats4)...)
		ada := l.join("Ada", waitlist.Wish{Places: 2})
		l.drain()
		r := bms.RenewWaitLinkRequest{EntryID: ada.ID, Link: ada.Link, Key: "k1"}
		first, err := l.Waitlists.RenewLink(l.Context(), r)
		require.NoError(l, err)
		again, err := l.Waitlists.RenewLink(l.Context(), r)
		require.NoError(l, err)
		assert.Equal(l, first, again)
		l.drain()
		assert.Equal(l, []notify.Kind{notify.WaitlistJoined, notify.WaitlistJoined}, l.mails(ada))

		old := ada
		ada.Link = l.lastEntryLink(ada)
		assert.NotEqual(l, old.Link, ada.Link)
		assert.Equal(l, old.Number, l.get(ada).Number)
		l.shutOut(old)

		l.release(held)
		l.drain()
		l.shutOut(old)
		_, err = l.Waitlists.RenewLink(l.Context(), bms.RenewWaitLinkRequest{EntryID: ada.ID, Link: ada.Link})
		require.NoError(l, err)
		l.drain()
		assert.Equal(l, []notify.Kind{notify.WaitlistJoined, notify.WaitlistJoined, notify.WaitlistOffer, notify.WaitlistOffer}, l.mails(ada))
		old = ada
		ada.Link = l.lastEntryLink(ada)
		l.shutOut(old)
		_, err = l.claim(ada)
		require.NoError(l, err)
		_, err = l.Waitlists.RenewLink(l.Context(), bms.RenewWaitLinkRequest{EntryID: ada.ID, Link: ada.Link})
		require.ErrorIs(l, err, waitlist.ErrEnded)
	})
}

// shutOut fails unless nothing can be done with an entry's link.
func (l line) shutOut(e bms.WaitEntry) {
	l.Helper()
	ctx := l.Context()
	_, get := l.Waitlists.Get(ctx, e.ID, e.Link)
	_, claim := l.claim(e)
	_, leave := l.Waitlists.Leave(ctx, bms.LeaveRequest{EntryID: e.ID, Link: e.Link})
	_, rejoin := l.Waitlists.Rejoin(ctx, bms.RejoinRequest{EntryID: e.ID, Link: e.Link})
	_, renew := l.Waitlists.RenewLink(ctx, bms.RenewWaitLinkRequest{EntryID: e.ID, Link: e.Link})
	for _, err := range []error{get, claim, leave, rejoin, renew} {
		require.ErrorIs(l, err, waitlist.ErrNoEntry)
	}
}
