package notify_test

import (
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/notify"
)

var (
	anElement = regexp.MustCompile(`<[a-z0-9]+( [^<>]*)?>`)
	aClass    = regexp.MustCompile(`class="([^"]*)"`)
)

func TestHTML_EveryColourHasADarkOne(t *testing.T) {
	t.Parallel()
	for _, o := range occasions() {
		page := render(t, o.kind, o.data).HTML
		for _, element := range anElement.FindAllString(page, -1) {
			coloured := strings.Contains(element, ";color:") || strings.Contains(element, `"color:`) || strings.Contains(element, "border:1px") || strings.Contains(element, "border-top")
			ownGround := strings.Contains(element, "background-color:#1f4fd8") // white on blue in either mode
			if !coloured || ownGround {
				continue
			}
			class := aClass.FindStringSubmatch(element)
			require.NotNil(t, class, "%s: %s", o.name, element)
			for name := range strings.FieldsSeq(class[1]) {
				assert.Contains(t, page, "\n."+name+" {", "%s: %s", o.name, element)
			}
		}
	}
}

func TestHTML_TablesOfLayoutSaySo(t *testing.T) {
	t.Parallel()
	for _, o := range occasions() {
		page := render(t, o.kind, o.data).HTML
		assert.Equal(t, strings.Count(page, "<table"), strings.Count(page, `<table role="presentation"`), o.name)
		assert.Equal(t, strings.Count(page, "<img"), strings.Count(page, ` alt="`), o.name)
		assert.Equal(t, 1, strings.Count(page, "<h1"), o.name)
	}
}

func TestHTML_LoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	for _, o := range occasions() {
		page := render(t, o.kind, o.data).HTML
		for _, part := range strings.Split(page, `src="`)[1:] {
			assert.True(t, strings.HasPrefix(part, "cid:"), "%s: pictures come with the mail, so opening it tells nobody", o.name)
		}
		assert.NotContains(t, page, "url(")
		assert.NotContains(t, page, "<link")
	}
}

func TestHTML_PictureOnlyWhereThereIsOne(t *testing.T) {
	t.Parallel()
	d := metropolis()
	d.Tickets[1].QR = ""
	page := render(t, notify.BookingConfirmed, d).HTML
	assert.Equal(t, 1, strings.Count(page, "<img"))
	assert.Contains(t, page, "MQ1-8F3K-23", "the code is readable without a picture")
}

func TestHTML_IsSmall(t *testing.T) {
	t.Parallel()
	d := metropolis()
	for len(d.Tickets) < 20 {
		d.Tickets = append(d.Tickets, d.Tickets[0])
	}
	// Gmail cuts messages off at 102 KB.
	assert.Less(t, len(render(t, notify.BookingConfirmed, d).HTML), 50_000)
}

func TestRender_ForManyAtOnce(t *testing.T) {
	t.Parallel()
	want := map[string]notify.Content{}
	for _, o := range occasions() {
		want[o.name] = render(t, o.kind, o.data)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, o := range occasions() {
				got, err := notify.English().Render(o.kind, "en-IN", o.data)
				assert.NoError(t, err)
				assert.Equal(t, want[o.name], got)
			}
		})
	}
	all.Wait()
}

func TestRender_DoesNotChangeItsData(t *testing.T) {
	t.Parallel()
	for i, o := range occasions() {
		o.data.Event, o.data.Tickets = "Me\ntropolis", append(make([]notify.Ticket, 0, 10), o.data.Tickets...) // room to append into by mistake
		o.data.Site.Accent, o.data.Subtitles = "#123456", append(o.data.Subtitles, "h\ni")
		if len(o.data.Tickets) > 0 {
			o.data.Tickets[0].Place = "Sta\nlls"
		}
		same := occasions()[i]
		same.data.Tickets = append([]notify.Ticket{}, same.data.Tickets...)
		same.data.Event, same.data.Subtitles, same.data.Site.Accent = "Me\ntropolis", append(same.data.Subtitles, "h\ni"), "#123456"
		if len(same.data.Tickets) > 0 {
			same.data.Tickets[0].Place = "Sta\nlls"
		}
		render(t, o.kind, o.data)
		assert.Equal(t, same.data, o.data, o.name)
		assert.Zero(t, o.data.Tickets[:cap(o.data.Tickets)][len(o.data.Tickets)], o.name)
	}
}

// A confirmation is written for every booking; this bound keeps it cheap. Half of it are amounts, times and the policy.
func TestRender_Allocations(t *testing.T) {
	d := metropolis()
	r := notify.English()
	n := testing.AllocsPerRun(100, func() {
		if _, err := r.Render(notify.BookingConfirmed, "en-IN", d); err != nil {
			t.Fatal(err)
		}
	})
	assert.LessOrEqual(t, n, 150.0)
}
