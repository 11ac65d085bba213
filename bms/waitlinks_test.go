package bms_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/bmstest"
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

// A request that was under way when the link ended is refused where it is judged.
func TestWaitlistRenewLink_EndsWhatIsUnderWay(t *testing.T) {
	onSlowEngines(t, func(t *testing.T, kit *bmstest.Kit, client *bms.Client, slow *slowDB) {
		var gold []string
		for seat := range 10 {
			gold = append(gold, fmt.Sprintf("stalls-C-%d", seat+1))
		}
		kit.Hold(gold...)
		e, err := kit.Waitlists.Join(t.Context(), bms.WaitRequest{
			ShowID: kit.Programme.Show.ID, Person: waitlist.Person{Name: "Ada", Email: "ada@example.com"}, Wish: waitlist.Wish{Places: 1, Category: "gold"},
		})
		require.NoError(t, err)
		_, err = client.Waitlists.Get(t.Context(), e.ID, e.Link) // has the key of links in memory
		require.NoError(t, err)
		slow.arm(1, func() {
			_, err := kit.Waitlists.RenewLink(t.Context(), bms.RenewWaitLinkRequest{EntryID: e.ID, Link: e.Link})
			require.NoError(t, err)
		})
		_, err = client.Waitlists.Leave(t.Context(), bms.LeaveRequest{EntryID: e.ID, Link: e.Link})
		require.ErrorIs(t, err, waitlist.ErrNoEntry)
		require.NoError(t, kit.Drain(t.Context()))
		assert.Len(t, kit.Mails.Mails(), 2, "it waits as before")
		kit.MustBeClean()
	})
}
