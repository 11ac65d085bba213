package bms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/store"
	"github.com/marquee-tickets/marquee/bms/waitlist"
)

// waitMailSink turns messages about waiting lists into mails.
type waitMailSink struct{ c *Client }

// Name implements outbox.Sink.
func (waitMailSink) Name() string { return "waitlist mail" }

// Topics implements outbox.Sink.
func (waitMailSink) Topics() []string { return []string{"waitlist."} }

// waitKinds says which mail tells of which topic.
var waitKinds = map[string]notify.Kind{
	TopicWaitlistJoined:  notify.WaitlistJoined,
	TopicWaitlistOffered: notify.WaitlistOffer,
	TopicWaitlistEnded:   notify.WaitlistOfferEnded,
	TopicWaitlistClosed:  notify.WaitlistClosed,
}

// Deliver implements outbox.Sink. The inbox knows a mail by its id, so what is delivered twice is there once.
func (s waitMailSink) Deliver(ctx context.Context, batch []outbox.Message) error {
	var mails []notify.Mail
	for _, m := range batch {
		mail, err := s.compose(ctx, m)
		if errors.Is(err, errOutdated) {
			continue
		}
		if err != nil {
			return fmt.Errorf("mail about %s: %w", m.ID, err)
		}
		mails = append(mails, mail)
	}
	if len(mails) == 0 {
		return nil
	}
	return mailSink(s).send(ctx, mails)
}

// errOutdated says that what a message tells of is not so any more, so that a mail would mislead.
var errOutdated = errors.New("news about a waiting list are outdated")

// waitSubject is what a mail about an entry tells of.
type waitSubject struct {
	programme
	brand  *catalog.Brand // nil when it was joined at none
	entry  waitlist.Entry
	ahead  int
	places []notify.Ticket
}

func (s waitMailSink) compose(ctx context.Context, m outbox.Message) (notify.Mail, error) {
	kind, known := waitKinds[m.Topic]
	var news WaitlistNews
	if err := json.Unmarshal(m.Body, &news); err != nil || !known {
		return notify.Mail{}, firstOf(err, errOutdated)
	}
	about, err := s.read(ctx, m.Topic, news)
	if err != nil {
		return notify.Mail{}, err
	}
	data, err := s.data(ctx, about)
	if err != nil {
		return notify.Mail{}, err
	}
	person := about.entry.Person
	return notify.Compose(s.c.cfg.Renderer, kind, notify.Envelope{
		MessageID: string(m.ID), To: person.Email, ToName: person.Name, From: s.c.cfg.From, FromName: data.Site.Name,
		Locale: person.Locale, PartnerID: string(about.partner.ID),
	}, data, m.CreatedAt)
}

func (s waitMailSink) read(ctx context.Context, topic string, news WaitlistNews) (waitSubject, error) {
	return view(ctx, s.c.back, func(tx store.Tx) (waitSubject, error) {
		var about waitSubject
		var err error
		if about.entry, err = tx.WaitEntry(ctx, news.EntryID); err != nil {
			return about, err
		}
		if !current(topic, news, about.entry) {
			return about, errOutdated
		}
		if about.programme, err = s.c.readShow(ctx, tx, news.ShowID); err != nil {
			return about, err
		}
		if about.brand, err = brandOf(ctx, tx, about.entry.BrandID); err != nil {
			return about, err
		}
		if about.ahead, err = tx.WaitAhead(ctx, news.ShowID, about.entry.Number); err != nil {
			return about, err
		}
		if about.entry.State == waitlist.Offered {
			about.places, err = s.offered(ctx, tx, about)
		}
		return about, err
	})
}

// current reports whether an entry still is as a message tells.
func current(topic string, news WaitlistNews, e waitlist.Entry) bool {
	switch topic {
	case TopicWaitlistJoined:
		return e.State == waitlist.Waiting
	case TopicWaitlistOffered:
		return e.State == waitlist.Offered && e.Offer.HoldID == news.HoldID
	case TopicWaitlistEnded:
		return e.State == waitlist.Ended
	}
	return e.State == waitlist.Closed
}

// offered lists the places of an offer.
func (s waitMailSink) offered(ctx context.Context, tx store.Tx, about waitSubject) ([]notify.Ticket, error) {
	hold, err := tx.HoldPlaces(ctx, about.entry.Offer.HoldID)
	if err != nil {
		return nil, err
	}
	var list []notify.Ticket
	for _, item := range itemsOf(hold, nil) {
		area := ""
		if at, ok := about.plan.Area(item.Area); ok {
			area = about.plan.Areas[at].Name
		}
		list = append(list, about.place(area, item.Seat))
	}
	return list, nil
}

// data is what is known for the renderer.
func (s waitMailSink) data(ctx context.Context, about waitSubject) (notify.Data, error) {
	link, err := s.c.Waitlists.link(ctx, about.entry)
	if err != nil {
		return notify.Data{}, err
	}
	local, err := about.show.Local()
	if err != nil {
		return notify.Data{}, err
	}
	e := about.entry
	d := about.programme.data(local.Location())
	d.Site, d.BuyerName, d.Tickets, d.Wish = s.c.siteOf(about.brand, about.partner), e.Person.Name, about.places, about.wish()
	d.WaitlistPath = "/waitlist/" + string(e.ID) + "?t=" + link
	d.ShowCancelled = e.State == waitlist.Closed && about.show.Status == catalog.Cancelled
	switch e.State {
	case waitlist.Waiting:
		d.Position = about.ahead + 1
	case waitlist.Offered:
		d.Deadline = e.Offer.Until.In(local.Location())
	case waitlist.Claimed, waitlist.Ended, waitlist.Left, waitlist.Closed:
	}
	return d, nil
}

// wish is what the entry waits for.
func (s waitSubject) wish() *notify.Wish {
	w := s.entry.Wish
	wish := notify.Wish{Places: w.Places, Wheelchairs: w.Wheelchairs}
	for _, c := range s.plan.Categories {
		if c.Key == w.Category {
			wish.Category = c.Name
		}
	}
	return &wish
}
