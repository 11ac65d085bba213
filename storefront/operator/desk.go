package operator

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms"
	"github.com/marquee-tickets/marquee/bms/outbox"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/internal/web"
	"github.com/marquee-tickets/marquee/storefront/edge"
)

// topPages is how many pages are listed.
const topPages = 20

// latestPurges is how many purges the page of the cache lists.
const latestPurges = 12

// latest are the latest of the purges, which come in that order.
func latest(purges []edge.Purge) []edge.Purge { return purges[:min(len(purges), latestPurges)] }

// cacheView is what the page cache does.
type cacheView struct {
	Now    time.Time
	Stats  edge.Stats
	Top    []edge.Kept
	Purges []edge.Purge
	Notice string
}

func (d *Desk) cachePage(r *request) error { return d.showCache(r, fasthttp.StatusOK, "") }

func (d *Desk) showCache(r *request, status int, notice string) error {
	v := cacheView{Now: d.client.Now(), Stats: d.cache.Stats(), Top: d.cache.Top(topPages), Purges: latest(d.cache.Purges()), Notice: notice}
	return d.show(r, status, "Page cache", cachePage(d.frame("Page cache", Prefix+"/cache"), v))
}

// purge drops the pages with the tags of the form, or all pages.
func (d *Desk) purge(r *request) error {
	tags := strings.FieldsFunc(r.form("tags"), func(c rune) bool { return c == ' ' || c == ',' || c == '\n' || c == '\r' || c == '\t' })
	switch {
	case r.form("all") == "1":
		d.cache.PurgeAll()
	case len(tags) == 0:
		return d.showCache(r, fasthttp.StatusBadRequest, "Name a tag to drop the pages of, such as event:evt_…, or drop all pages.")
	default:
		d.cache.Purge(tags...)
	}
	d.cfg.Logger.Info("operator purged pages", slog.Any("tags", tags))
	web.Redirect(r.rc, Prefix+"/cache")
	return nil
}

// refundsView are refunds that their gateway could not make.
type refundsView struct {
	Refunds []payment.Refund
	Notice  string
}

func (d *Desk) refundsPage(r *request) error { return d.showRefunds(r, fasthttp.StatusOK, "") }

func (d *Desk) showRefunds(r *request, status int, notice string) error {
	failed, err := d.client.Payments.FailedRefunds(r.ctx, "", 0)
	if err != nil {
		return fmt.Errorf("failed refunds: %w", err)
	}
	return d.show(r, status, "Refunds", refundsPage(d.frame("Refunds", Prefix+"/refunds"), refundsView{Refunds: failed, Notice: notice}))
}

// retryRefund has a failed refund made again.
func (d *Desk) retryRefund(r *request) error {
	id := payment.RefundID(r.form("refund"))
	if _, err := d.client.Payments.RetryRefund(r.ctx, bms.RefundRetry{RefundID: id, Key: r.form("key")}); err != nil {
		notice, err := said(err)
		if err != nil {
			return err
		}
		return d.showRefunds(r, fasthttp.StatusConflict, notice)
	}
	d.cfg.Logger.Info("operator retried a refund", slog.String("refund", string(id)))
	web.Redirect(r.rc, Prefix+"/refunds")
	return nil
}

// messagesView are messages that could not be delivered.
type messagesView struct {
	Dead   []outbox.Record
	Counts []count
	Notice string
}

type count struct {
	Name string
	N    int
}

// deadMost is how many dead messages are listed.
const deadMost = 100

func (d *Desk) messagesPage(r *request) error { return d.showMessages(r, fasthttp.StatusOK, "") }

func (d *Desk) showMessages(r *request, status int, notice string) error {
	dead, err := d.client.Messages.List(r.ctx, outbox.Dead, deadMost)
	if err != nil {
		return fmt.Errorf("dead messages: %w", err)
	}
	counts, err := d.client.Messages.Count(r.ctx)
	if err != nil {
		return fmt.Errorf("count messages: %w", err)
	}
	v := messagesView{Dead: dead, Notice: notice}
	for _, s := range []outbox.Status{outbox.Pending, outbox.Delivered, outbox.Dead} {
		v.Counts = append(v.Counts, count{Name: string(s), N: counts[s]})
	}
	return d.show(r, status, "Messages", messagesPage(d.frame("Messages", Prefix+"/messages"), v))
}

// resend delivers a dead message again.
func (d *Desk) resend(r *request) error {
	id := outbox.MessageID(r.form("message"))
	if err := d.client.Messages.Resend(r.ctx, id); err != nil {
		notice, err := said(err)
		if err != nil {
			return err
		}
		return d.showMessages(r, fasthttp.StatusConflict, notice)
	}
	d.cfg.Logger.Info("operator resent a message", slog.String("message", string(id)))
	web.Redirect(r.rc, Prefix+"/messages")
	return nil
}

// percent is a part in words: "97.3 %".
func percent(part float64) string { return strconv.FormatFloat(part*100, 'f', 1, 64) + " %" }

// megabytes is a size in words: "1.5 MB".
func megabytes(n int64) string { return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB" }

// kilobytes is a size in words: "12.3 KB".
func kilobytes(n int64) string { return strconv.FormatFloat(float64(n)/(1<<10), 'f', 1, 64) + " KB" }

// until is how long a page is still fresh, in words.
func until(now, end time.Time) string {
	if left := end.Sub(now).Truncate(time.Second); left > 0 {
		return left.String()
	}
	return "stale"
}

// instant is a moment as machines and people read it.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// tagsOf are tags in a line.
// A purge may have hundreds, when a programme is stored; the first say what it was about.
func tagsOf(tags []string) string {
	switch {
	case tags == nil:
		return "all pages"
	case len(tags) > tagsShown:
		return strings.Join(tags[:tagsShown], " ") + " and " + strconv.Itoa(len(tags)-tagsShown) + " more"
	}
	return strings.Join(tags, " ")
}

// tagsShown is how many tags of a purge are listed.
const tagsShown = 12

// whyFailed is why a refund failed.
func whyFailed(r payment.Refund) string {
	if r.Failure == "" {
		return "the gateway did not say"
	}
	return r.Failure
}
