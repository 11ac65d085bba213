package notify_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/booking"
	"github.com/marquee-tickets/marquee/bms/notify"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func render(t *testing.T, kind notify.Kind, d notify.Data) notify.Content {
	t.Helper()
	c, err := notify.English().Render(kind, "en-IN", d)
	require.NoError(t, err)
	return c
}

// golden compares got with a file of testdata, or rewrites the file with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run the test with -update once")
	assert.Equal(t, string(want), got)
}

func TestEnglish_Golden(t *testing.T) {
	t.Parallel()
	for _, o := range occasions() {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			c := render(t, o.kind, o.data)
			golden(t, o.name+".txt", "Subject: "+c.Subject+"\n\n"+c.Text)
			golden(t, o.name+".html", c.HTML)
		})
	}
}

func TestEnglish_PartsSayTheSame(t *testing.T) {
	t.Parallel()
	for _, o := range occasions() {
		c := render(t, o.kind, o.data)
		page := strings.Join(strings.Fields(textOf(t, c.HTML)), " ")
		for line := range strings.Lines(c.Text) {
			for _, piece := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(":*,\n", r) }) {
				piece = strings.Join(strings.Fields(piece), " ")
				if strings.HasPrefix(piece, "//aurora.example") || piece == "https" || piece == "Code" {
					continue // links are attributes there
				}
				assert.Contains(t, page, piece, o.name)
			}
		}
	}
}

// textOf returns the text of a document and fails unless its markup is balanced.
func textOf(t *testing.T, page string) string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = false
	d.AutoClose = []string{"meta", "br", "img"}
	d.Entity = xml.HTMLEntity
	var text strings.Builder
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			assert.Zero(t, depth, "every element is closed")
			return text.String()
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
			text.WriteByte(' ')
		case xml.CharData:
			text.Write(token)
		}
	}
}

func TestEnglish_CountsInWords(t *testing.T) {
	t.Parallel()
	d := metropolis()
	assert.Equal(t, "Your 2 tickets for Metropolis (K7QX-2MRA)", render(t, notify.BookingConfirmed, d).Subject)
	d.Tickets = d.Tickets[:1]
	assert.Equal(t, "Your ticket for Metropolis (K7QX-2MRA)", render(t, notify.BookingConfirmed, d).Subject)
	d.Tickets = nil
	assert.Equal(t, "Your booking for Metropolis (K7QX-2MRA)", render(t, notify.BookingConfirmed, d).Subject)
	d.Reference = ""
	assert.Equal(t, "Your booking for Metropolis", render(t, notify.BookingConfirmed, d).Subject)

	d = metropolis()
	d.Cancelled = d.Tickets
	assert.Equal(t, "2 tickets are cancelled: Metropolis (K7QX-2MRA)", render(t, notify.BookingCancelled, d).Subject)
	d.Cancelled = d.Tickets[:1]
	assert.Equal(t, "1 ticket is cancelled: Metropolis (K7QX-2MRA)", render(t, notify.BookingCancelled, d).Subject)
}

func TestEnglish_Document(t *testing.T) {
	t.Parallel()
	for locale, lang := range map[string]string{
		"en-IN": "en-IN", "en": "en", "de-DE": "en", "": "en", `en-"x`: "en", "en-x1": "en",
	} {
		c, err := notify.English().Render(notify.RefundSent, locale, metropolis())
		require.NoError(t, err)
		assert.Contains(t, c.HTML, `<html lang="`+lang+`" dir="ltr">`, locale)
	}
	page := render(t, notify.BookingConfirmed, metropolis()).HTML
	assert.Contains(t, page, `<time datetime="2025-11-21T19:30:00+05:30">`)
	assert.Contains(t, page, `prefers-color-scheme: dark`)
	assert.Contains(t, page, `src="cid:t1@aurora.example"`)
	assert.Contains(t, page, `alt="Code MQ1-8F3K-22"`)
}

func TestEnglish_UnknownKind(t *testing.T) {
	t.Parallel()
	_, err := notify.English().Render("birthday", "en", metropolis())
	assert.ErrorIs(t, err, notify.ErrKind)
	assert.False(t, notify.Kind("birthday").Valid())
	for _, o := range occasions() {
		assert.True(t, o.kind.Valid(), o.kind)
	}
}

func TestEnglish_LeavesOutWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	for _, o := range occasions() {
		c := render(t, o.kind, notify.Data{Event: "Metropolis"})
		assert.NotContains(t, c.Text, ": \n", o.name)
		assert.NotContains(t, c.Text, "()", o.name)
		assert.NotContains(t, c.HTML, "<a ", o.name)
		assert.NotContains(t, c.HTML, "0001-01-01", o.name)
		assert.NotEmpty(t, c.Subject)
	}
}

func TestEnglish_LinesAreShort(t *testing.T) {
	t.Parallel()
	d := metropolis()
	d.Policy.Tiers = append(d.Policy.Tiers, booking.Tier{Price: 500_000}, booking.Tier{Fees: 100_000})
	for line := range strings.Lines(render(t, notify.BookingConfirmed, d).Text) {
		assert.LessOrEqual(t, len([]rune(line)), 80, line)
	}
}

func BenchmarkEnglish(b *testing.B) {
	d := metropolis()
	d.Tickets = append(d.Tickets, d.Tickets...)
	r := notify.English()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Render(notify.BookingConfirmed, "en-IN", d); err != nil {
			b.Fatal(err)
		}
	}
}
