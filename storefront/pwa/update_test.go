package pwa_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// updatePage is where the newer version is offered.
const updatePage = "/en/mumbai"

// renew has the site get a new service worker, and the browser notice it.
func renew(b *tab) {
	b.t.Helper()
	b.site.set(func(s *site) { s.newer = "another one" })
	b.run("await (await navigator.serviceWorker.ready).update()")
	b.holds("(await navigator.serviceWorker.ready).waiting")
}

func TestUpdate_IsOfferedAndTakenOnce(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	other := b.another()
	other.open("/en/delhi")
	other.run("window.mark = 1")
	b.open(updatePage)
	b.holds("await has('marquee-pages " + updatePage + "')")
	b.run("window.mark = 1")
	assert.Empty(t, is[string](b, "line('update')"), "the control: there is nothing new")
	renew(b)
	b.holds("line('update').includes('There is a new version of this shop.')")
	other.holds("line('update') !== ''")
	assert.Equal(t, "status", is[string](b, "one('.pwa').role"))
	asked := b.site.times(updatePage)
	b.press(".pwa [data-about=update] button:first-of-type")
	b.holds("window.mark === undefined && !(await navigator.serviceWorker.ready).waiting && navigator.serviceWorker.controller?.state === 'activated'")
	assert.Equal(t, "reload", is[string](b, "performance.getEntriesByType('navigation')[0].type"))
	b.holds("await has('marquee-pages " + updatePage + "') && line('update') === ''")
	assert.Equal(t, asked+1, b.site.times(updatePage), "it reloads once")
	other.holds("line('update') === ''")
	assert.Equal(t, 1.0, is[float64](other, "window.mark"), "a page in which nobody pressed stays as it is")
	b.holds("await has('marquee-tickets /b/" + reference + "')") // tickets outlive the worker
	b.quiet()
}

func TestUpdate_IsNotOfferedOverATicket(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	renew(b)
	b.link(false)
	other := b.another()
	other.open(updatePage)
	other.holds("line('update') !== ''")
	assert.Empty(t, is[string](b, "one('.pwa').textContent"))
}

func TestUpdate_DoesNotDisturbAForm(t *testing.T) {
	t.Parallel()
	b := visit(t)
	b.open("/en/bookings")
	b.settled()
	b.enter("#name", "Ada")
	renew(b)
	b.holds("line('update') !== ''")
	b.press(".pwa [data-about=update] button:last-of-type") // later
	b.holds("line('update') === ''")
	assert.Equal(t, "Ada", is[string](b, "one('#name').value"))
	b.open("/en/mumbai")
	b.holds("(await navigator.serviceWorker.ready).waiting")
	assert.Empty(t, is[string](b, "line('update')"), "who said later is not asked on every page")
}

func TestUpdate_TakesAwayWhatTheOldOneKept(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	b.open(updatePage)
	b.run(`await caches.open("marquee-pages-00000000"); await caches.open("somebody-else")`)
	renew(b)
	b.press(".pwa [data-about=update] button:first-of-type")
	b.holds("!(await navigator.serviceWorker.ready).waiting && navigator.serviceWorker.controller?.state === 'activated'")
	b.holds("!await caches.has('marquee-pages-00000000')")
	assert.True(t, is[bool](b, "await caches.has('somebody-else')"))
	assert.True(t, is[bool](b, "await has('marquee-tickets /b/"+reference+"')"))
}

// The page that stands for another one makes way by itself, but not while somebody types.
func TestUpdate_TheOfflinePageWaitsForWhoTypes(t *testing.T) {
	t.Parallel()
	b := keeps(t)
	b.site.net.cut(true)
	b.open("/en/pune")
	b.sees("No network")
	b.run("one('main').insertAdjacentHTML('beforeend', '<input id=typed aria-label=Search>')")
	b.enter("#typed", "The General")
	b.site.net.cut(false)
	assert.Equal(t, "stays", turn(b))
	assert.Equal(t, "The General", is[string](b, "one('#typed').value"))
	b.run("one('#typed').value = ''")
	assert.Equal(t, "leaves", turn(b), "the control")
	b.sees("What is on in pune")
}

// turn has the network come back and says what the page does then.
func turn(b *tab) string {
	b.t.Helper()
	b.link(false)
	b.run(`
		navigation.addEventListener("navigate", () => console.debug("turned leaves")); // at once: a page that leaves may have no time for a timer
		const ready = () => navigator.serviceWorker.ready.then(() => setTimeout(() => console.debug("turned stays"))); // behind the script's own
		addEventListener("online", ready, { once: true })`)
	ctx, cancel := b.step()
	defer cancel()
	said := chromedp.Console(ctx)
	b.link(true)
	for m, err := range said {
		require.NoError(b.t, err)
		if rest, ok := strings.CutPrefix(m.Text, "turned "); ok {
			return rest
		}
	}
	return ""
}
