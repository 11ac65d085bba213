package notify_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/notify"
)

func TestCompose(t *testing.T) {
	t.Parallel()
	e := envelope()
	e.Attachments = []notify.Attachment{{Name: "ticket-1.png", ContentType: "image/png", ContentID: "t1@aurora.example", Data: []byte{1}}}
	m, err := notify.Compose(notify.English(), notify.BookingConfirmed, e, metropolis(), now)
	require.NoError(t, err)

	assert.Equal(t, "msg_01k9x3m2q7e8rtb5w0z4n6c1da:booking_confirmed:bkg_1", m.ID)
	assert.Equal(t, "Your 2 tickets for Metropolis (K7QX-2MRA)", m.Subject)
	assert.Equal(t, e.Attachments, m.Attachments)
	assert.Equal(t, now, m.CreatedAt)
	assert.Equal(t, "prt_1", m.PartnerID)
	assert.NotEmpty(t, m.Text)
	assert.NotEmpty(t, m.HTML)

	again, err := notify.Compose(notify.English(), notify.BookingConfirmed, e, metropolis(), now)
	require.NoError(t, err)
	assert.Equal(t, m, again, "the same on every try")
}

func TestMailID(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "msg_1:refund_sent", notify.MailID("msg_1", notify.RefundSent, ""))
	assert.NotEqual(t, notify.MailID("msg_1", notify.ShowCancelled, "bkg_1"), notify.MailID("msg_1", notify.ShowCancelled, "bkg_2"),
		"one message about a show leads to a mail for each booking")
}

func TestCompose_NamesCannotAddHeaders(t *testing.T) {
	t.Parallel()
	e := envelope()
	e.ToName = "Ada\r\nBcc: eve@example.com"
	e.FromName = "Aurora\x00\u2029Cinemas"
	d := metropolis()
	d.Event = "Metropolis\nX-Evil: 1"
	m, err := notify.Compose(notify.English(), notify.BookingConfirmed, e, d, now)
	require.NoError(t, err)
	assert.Equal(t, "Ada Bcc: eve@example.com", m.ToName)
	assert.Equal(t, "Aurora Cinemas", m.FromName)
	assert.Equal(t, "Your 2 tickets for Metropolis X-Evil: 1 (K7QX-2MRA)", m.Subject)
}

func TestCompose_UnknownKind(t *testing.T) {
	t.Parallel()
	_, err := notify.Compose(notify.English(), "birthday", envelope(), metropolis(), now)
	assert.ErrorIs(t, err, notify.ErrKind)
}

func TestCompose_RefusesBadAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "ada", "ada@", "Ada <ada@example.com>", "ada@example.com, eve@example.com", "ada@example.com\r\nBcc: eve@example.com", " ada@example.com",
	} {
		e := envelope()
		e.To = address
		_, err := notify.Compose(notify.English(), notify.RefundSent, e, metropolis(), now)
		require.True(t, fault.Is(err, fault.Invalid), address)
		assert.Equal(t, "to", fault.Of(err).Field)

		e = envelope()
		e.From = address
		_, err = notify.Compose(notify.English(), notify.RefundSent, e, metropolis(), now)
		assert.Equal(t, "from", fault.Of(err).Field, address)
	}
}

func TestValidate_NamesTheField(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(m *notify.Mail){
		"id":                          func(m *notify.Mail) { m.ID = "two\nlines" },
		"text":                        func(m *notify.Mail) { m.Text = "" },
		"subject":                     func(m *notify.Mail) { m.Subject = "" },
		"to_name":                     func(m *notify.Mail) { m.ToName = "a\nb" },
		"from_name":                   func(m *notify.Mail) { m.FromName = strings.Repeat("x", 201) },
		"attachments[0].name":         func(m *notify.Mail) { m.Attachments[0].Name = "a\r\nb" },
		"attachments[0].content_type": func(m *notify.Mail) { m.Attachments[0].ContentType = "" },
		"attachments[0].content_id":   func(m *notify.Mail) { m.Attachments[0].ContentID = "a>b" },
	} {
		e := envelope()
		e.Attachments = []notify.Attachment{{Name: "a.png", ContentType: "image/png", ContentID: "a"}}
		m, err := notify.Compose(notify.English(), notify.RefundSent, e, metropolis(), now)
		require.NoError(t, err)
		spoil(&m)
		require.True(t, fault.Is(m.Validate(), fault.Invalid), field)
		assert.Equal(t, field, fault.Of(m.Validate()).Field)
	}
	m, err := notify.Compose(notify.English(), notify.RefundSent, envelope(), metropolis(), now)
	require.NoError(t, err)
	m.Kind = "birthday"
	assert.ErrorIs(t, m.Validate(), notify.ErrKind)
}
