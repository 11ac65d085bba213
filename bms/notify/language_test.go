package notify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/notify"
	"github.com/marquee-tickets/marquee/bms/notify/notifytest"
)

// turned is English with its texts in capitals, written from right to left, in which whatever has letters is isolated. It notes
// which texts were asked for.
type turned struct{ asked map[string]bool }

func (w turned) Text(id string, args ...notify.Arg) string {
	w.asked[id] = true
	return w.turn(notify.EnglishWords().Text(id), args)
}

func (w turned) Count(id string, n int, args ...notify.Arg) string {
	w.asked[id] = true
	return w.turn(notify.EnglishWords().Count(id, n), args)
}

func (w turned) turn(text string, args []notify.Arg) string {
	text = strings.ToUpper(text)
	for _, a := range args {
		text = strings.ReplaceAll(text, "{"+strings.ToUpper(a.Name)+"}", w.Isolate(a.Value))
	}
	return text
}

func (turned) Isolate(s string) string {
	if s == "" {
		return s
	}
	return "\u2068" + s + "\u2069"
}

type formats struct{}

func (formats) Money(a money.Amount) string    { return "$" + a.Decimal() }
func (formats) Rate(r money.Rate) string       { return r.String() }
func (formats) Number(int) string              { return "#" }
func (formats) When(time.Time) string          { return "some day at some time" }
func (formats) Start(time.Time) string         { return "some day" }
func (formats) LanguageName(tag string) string { return "language " + tag }
func (formats) BuyerType(key, _ string) string { return "buyer " + key }
func (formats) List(words []string) string     { return strings.Join(words, "+") }

// another is a renderer of that language, and the texts that it is asked for.
func another() (notify.Renderer, map[string]bool) {
	asked := map[string]bool{}
	return notify.NewRenderer(func(locale string, d *notify.Data) notify.Language {
		return notify.Language{
			Tag: locale + "-" + d.Country, RTL: true, Words: turned{asked}, Formats: formats{}, Path: func(path string) string { return "/up" + path },
		}
	}), asked
}

func TestNewRenderer_WritesInTheLanguageThatItIsGiven(t *testing.T) {
	t.Parallel()
	r, _ := another()
	c, err := r.Render(notify.BookingConfirmed, "xx", metropolis())
	require.NoError(t, err)
	assert.Equal(t, "YOUR 2 TICKETS FOR \u2068Metropolis\u2069 (\u2068K7QX-2MRA\u2069)", c.Subject)
	assert.Contains(t, c.Text, "HELLO \u2068Asha D’Souza\u2069,\n")
	assert.Contains(t, c.Text, "WHEN: some day at some time\n")
	assert.Contains(t, c.Text, "BOOKING: \u2068K7QX-2MRA\u2069\n")
	assert.Contains(t, c.Text, "\u2068Booking fee\u2069: $35.40\n")
	assert.Contains(t, c.Text, "TOTAL: $635.40\n")
	assert.Contains(t, c.Text, "VIEW YOUR BOOKING: https://aurora.example/up/bookings/bkg_1?t=abc&v=1\n")
	assert.Contains(t, c.HTML, `<html lang="xx-IN" dir="rtl">`)
	assert.Contains(t, c.HTML, "<h1 class=\"t\" style=\"margin:0 0 16px;font-size:24px;line-height:1.25;color:#1a1b20\">YOUR BOOKING IS CONFIRMED</h1>")
	assert.Contains(t, c.HTML, `href="https://aurora.example/up/bookings/bkg_1?t=abc&amp;v=1"`)
	assert.Contains(t, c.HTML, `<td align="left" class="t"`, "amounts stand at the end of the line")
	assert.NotContains(t, c.HTML, `align="right"`)
	assert.NotContains(t, c.HTML, "12px 3px 0\"", "labels keep their distance on the other side")
}

// Samples show all that messages can say, so that who tests a renderer by them has tested every text.
func TestSamples_NeedEveryText(t *testing.T) {
	t.Parallel()
	r, asked := another()
	for _, s := range notifytest.Samples() {
		_, err := r.Render(s.Kind, "xx", s.Data)
		require.NoError(t, err)
	}
	d := notifytest.Metropolis()
	for _, why := range notifytest.Whys() {
		d.Suggestions = []notify.Suggestion{{Event: "Sunrise", Path: "/mumbai/events/sunrise", Why: why}}
		_, err := r.Render(notify.BookingConfirmed, "xx", d)
		require.NoError(t, err)
	}
	var all []string
	for id := range asked {
		all = append(all, id)
	}
	assert.ElementsMatch(t, notify.EnglishIDs(), all)
}

func TestEnglishWords_FillWhatTheyAreGiven(t *testing.T) {
	t.Parallel()
	w := notify.EnglishWords()
	assert.Equal(t, "Hello Ada,", w.Text("mail.hello_name", notify.Arg{Name: "name", Value: "Ada"}))
	assert.Equal(t, "Hello {name},", w.Text("mail.hello_name"), "what is missing stays to be seen")
	assert.Equal(t, "Hello {name},", w.Text("mail.hello_name", notify.Arg{Name: "name", Value: "{name}"}), "values are not filled again")
	assert.Equal(t, "1 place", w.Count("mail.wish.places", 1))
	assert.Equal(t, "0 places", w.Count("mail.wish.places", 0))
	assert.Equal(t, "mail.none", w.Text("mail.none"))
	assert.Equal(t, "mail.none", w.Count("mail.none", 1))
	assert.Equal(t, "Hello \u2068Ada ليلى\u2069,", w.Text("mail.hello_name", notify.Arg{Name: "name", Value: "Ada ليلى"}), "kept from turning the comma around")
}

// A title that is written from right to left stays where it is in an English subject and sentence.
func TestEnglish_IsolatesWhatIsWrittenFromRightToLeft(t *testing.T) {
	t.Parallel()
	d := metropolis()
	d.Event = "ألف ليلة وليلة"
	c := render(t, notify.ShowCancelled, d)
	assert.True(t, strings.HasPrefix(c.Subject, "Cancelled: \u2068ألف ليلة وليلة\u2069, Friday"), c.Subject)
	assert.Contains(t, c.Text, "\u2068ألف ليلة وليلة\u2069 is cancelled\n")
	assert.Contains(t, c.HTML, "\u2068ألف ليلة وليلة\u2069, 2D, Hindi")
	m, err := notify.Compose(notify.English(), notify.ShowCancelled, envelope(), d, now)
	require.NoError(t, err, "a header may have it")
	assert.Equal(t, c.Subject, m.Subject)
}

func TestCompose_NamesIsolateNothing(t *testing.T) {
	t.Parallel()
	e := envelope()
	e.ToName, e.FromName = "Ada\u2069", "\u2068Aurora"
	m, err := notify.Compose(notify.English(), notify.RefundSent, e, metropolis(), now)
	require.NoError(t, err)
	assert.Equal(t, "Ada", m.ToName)
	assert.Equal(t, "Aurora", m.FromName)
}

func TestRender_HasTheColourOfItsSite(t *testing.T) {
	t.Parallel()
	for colour, want := range map[string]string{
		"":          "background-color:#1f4fd8;color:#ffffff",
		"#8c1c33":   "background-color:#8c1c33;color:#ffffff",
		"#8C1C33ff": "background-color:#8c1c33;color:#ffffff",
		"#c60":      "background-color:#cc6600;color:#000000",
		"#ffffff":   "background-color:#1f4fd8;color:#ffffff", // nobody would see the button
		"#ffe680":   "background-color:#1f4fd8;color:#ffffff",
		"red":       "background-color:#1f4fd8;color:#ffffff",
		"#12345":    "background-color:#1f4fd8;color:#ffffff",
		"#12345g":   "background-color:#1f4fd8;color:#ffffff",
		"#+12345":   "background-color:#1f4fd8;color:#ffffff",
		`#00000;">`: "background-color:#1f4fd8;color:#ffffff",
	} {
		d := metropolis()
		d.Site.Accent = colour
		c := render(t, notify.BookingConfirmed, d)
		assert.Contains(t, c.HTML, want, colour)
		assert.Contains(t, c.HTML, "border-top:4px solid "+want[len("background-color:"):len("background-color:#1f4fd8")], colour)
	}
}

func TestRender_BeginsAndEndsWithTheNameOfItsSite(t *testing.T) {
	t.Parallel()
	for _, o := range occasions() {
		c := render(t, o.kind, o.data)
		assert.Equal(t, 2, strings.Count(c.HTML, ">Aurora Cinemas</p>"), o.name)
		assert.True(t, strings.HasSuffix(c.Text, "\n\nAurora Cinemas\n"), o.name)
	}
}

// Without an address of the site there are no links to its pages.
func TestRender_LinksNeedASite(t *testing.T) {
	t.Parallel()
	for _, o := range occasions() {
		o.data.Site.URL, o.data.WatchURL, o.data.CalendarURL = "", "", ""
		c := render(t, o.kind, o.data)
		assert.NotContains(t, c.HTML, "<a ", o.name)
		assert.NotContains(t, c.Text, "://", o.name)
	}
}
