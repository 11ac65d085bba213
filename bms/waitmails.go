package bms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

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
	subject
	entry  waitlist.Entry
	ahead  int
	places []string
	wish   string
	link   string
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
	if about.link, err = s.c.Waitlists.url(ctx, about.entry); err != nil {
		return notify.Mail{}, err
	}
	data, err := s.data(about)
	if err != nil {
		return notify.Mail{}, err
	}
	person := about.entry.Person
	return notify.Compose(s.c.cfg.Renderer, kind, notify.Envelope{
		MessageID: string(m.ID), To: person.Email, ToName: person.Name, From: s.c.cfg.From, FromName: about.partner.Name,
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
		if about.subject, err = readShow(ctx, tx, news.ShowID); err != nil {
			return about, err
		}
		if about.ahead, err = tx.WaitAhead(ctx, news.ShowID, about.entry.Number); err != nil {
			return about, err
		}
		if about.entry.State == waitlist.Offered {
			if about.places, err = s.c.Waitlists.places(ctx, tx, about.entry); err != nil {
				return about, err
			}
		}
		about.wish, err = s.wish(ctx, tx, about.show, about.entry.Wish)
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

// wish says in words what an entry waits for.
func (s waitMailSink) wish(ctx context.Context, tx store.Tx, show catalog.Show, w waitlist.Wish) (string, error) {
	plan, err := s.c.shows.plan(ctx, tx, show.SeatMapID)
	if err != nil {
		return "", err
	}
	words := "1 place"
	if w.Places > 1 {
		words = strconv.Itoa(w.Places) + " places"
	}
	for _, c := range plan.Categories {
		if c.Key == w.Category {
			words += " in " + c.Name
		}
	}
	switch {
	case w.Wheelchairs == 1:
		words += ", with 1 wheelchair space"
	case w.Wheelchairs > 1:
		words += ", with " + strconv.Itoa(w.Wheelchairs) + " wheelchair spaces"
	}
	return words, nil
}

// data formats what is known for the renderer.
func (s waitMailSink) data(about waitSubject) (notify.Data, error) {
	local, err := about.show.Local()
	if err != nil {
		return notify.Data{}, err
	}
	d := notify.Data{
		Brand: about.partner.Name, BuyerName: about.entry.Person.Name, Event: about.event.Title, Details: details(about.show),
		Venue: about.venue.Name, Hall: about.hall.Name, Address: strings.ReplaceAll(about.venue.Address, "\n", ", "), City: about.venue.City,
		StartAt: about.show.StartsAt, Start: local.Format("Monday 2 January 2006, 15:04"), Zone: notify.EnglishZone(local),
		Wish: about.wish, WaitlistURL: about.link,
	}
	if about.entry.State == waitlist.Waiting {
		d.Position = strconv.Itoa(about.ahead + 1)
	}
	if about.entry.State == waitlist.Offered {
		d.Deadline = about.entry.Offer.Until.In(local.Location()).Format("Monday 2 January 2006, 15:04") + " " + d.Zone
	}
	if about.entry.State == waitlist.Closed && about.show.Status == catalog.Cancelled {
		d.Reason = "The organizer has cancelled this date."
	}
	for _, place := range about.places {
		d.Tickets = append(d.Tickets, notify.Ticket{Place: place})
	}
	if base := s.c.cfg.BaseURL; base != "" {
		d.EventURL = base + "/events/" + about.event.Slug
	}
	return d, nil
}
