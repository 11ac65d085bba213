package storetest

import (
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/store"
)

var mailTests = map[string]func(*suite){
	"Mails_RoundTrip":   testMail,
	"Mails_Idempotent":  testMailTwice,
	"Mails_NewestFirst": testMails,
}

func (s *suite) mail(mails ...notify.Mail) {
	s.Helper()
	s.must(func(tx store.Tx) error { return tx.AddMails(s.Context(), mails) })
}

func (s *suite) mails(to string, limit int) []notify.Mail {
	s.Helper()
	return read(s, func(tx store.Tx) ([]notify.Mail, error) { return tx.Mails(s.Context(), to, limit) })
}

func testMail(s *suite) {
	m := full[notify.Mail]()
	get := func(tx store.Tx) (notify.Mail, error) { return tx.Mail(s.Context(), m.ID) }
	missing(s, get)
	s.mail(m, notify.Mail{ID: "bare", CreatedAt: start})
	assert.Equal(s, m, read(s, get))
	assert.ElementsMatch(s, []notify.Mail{m, {ID: "bare", CreatedAt: start}}, s.mails("", 10))
	s.mail()
}

func testMailTwice(s *suite) {
	first := notify.Mail{ID: "m1", To: "ann@example.com", Subject: "first", CreatedAt: start}
	again := notify.Mail{ID: "m1", To: "bob@example.com", Subject: "again", CreatedAt: start.Add(time.Hour)}
	next := notify.Mail{ID: "m2", To: "ann@example.com", CreatedAt: start.Add(time.Minute)}
	s.mail(first)
	s.mail(again, next, again)
	assert.Equal(s, []notify.Mail{next, first}, s.mails("", 10))
	assert.Empty(s, s.mails("bob@example.com", 10))
}

func testMails(s *suite) {
	mail := func(id, to string, after time.Duration) notify.Mail {
		return notify.Mail{ID: id, To: to, CreatedAt: start.Add(after)}
	}
	a, b, c := mail("m9", "ann@example.com", 0), mail("m1", "bob@example.com", time.Minute), mail("m5", "ann@example.com", 2*time.Minute)
	s.mail(b, c, a)
	assert.Equal(s, []notify.Mail{c, b, a}, s.mails("", 10))
	assert.Equal(s, []notify.Mail{c, b}, s.mails("", 2))
	assert.Equal(s, []notify.Mail{c, a}, s.mails("ann@example.com", 10))
	assert.Equal(s, []notify.Mail{c}, s.mails("ann@example.com", 1))
	assert.Empty(s, s.mails("nobody@example.com", 10))
}
