package sandbox_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/money"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

func TestJournal_TheBankRemembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, journaled(t))
	paid := w.pay(t, sandbox.Choice{Webhooks: sandbox.Webhooks{Duplicate: true}})
	back := payment.RefundRequest{Key: "k", GatewayRef: paid, Amount: money.New(700, "EUR")}
	_, err := w.Refund(t.Context(), back)
	require.NoError(t, err)
	slow := w.pay(t, sandbox.Choice{Delay: time.Hour})
	q, open := w.create(t)
	require.Equal(t, []string{"captured", "captured", "refund succeeded", "refund succeeded", "pending"}, w.deliver(t))
	before := w.Ledger()

	w.open(t)
	assert.Equal(t, before, w.Ledger())
	assert.Empty(t, w.deliver(t), "what the shop took is not sent again")
	again, err := w.Create(t.Context(), q)
	require.NoError(t, err)
	assert.Equal(t, open, again, "the key is remembered")
	_, err = w.Refund(t.Context(), back)
	require.NoError(t, err)
	assert.Equal(t, before, w.Ledger(), "the refund's key is remembered")

	w.advance(time.Hour)
	assert.Equal(t, payment.Captured, w.inquire(t, slow).Status)
	assert.Equal(t, []string{"captured"}, w.deliver(t), "what was on its way still is")
}

func TestJournal_WebhooksThatNobodyTookAreSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, journaled(t))
	w.pay(t, sandbox.Choice{})
	w.open(t)
	assert.Equal(t, 1, w.Undelivered())
	assert.Equal(t, []string{"captured"}, w.deliver(t))
}

func TestJournal_ATornLastLineIsCutOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, journaled(t))
	w.pay(t, sandbox.Choice{})
	whole, err := os.ReadFile(w.cfg.Journal)
	require.NoError(t, err)
	lines := strings.SplitAfter(string(whole), "\n")
	require.Len(t, lines, 3, "create, choose and the empty rest")
	for cut := 1; cut < len(lines[1]); cut += 7 {
		torn := lines[0] + lines[1][:cut]
		require.NoError(t, os.WriteFile(w.cfg.Journal, []byte(torn), 0o600))
		w.open(t)
		ledger := w.Ledger()
		require.Len(t, ledger, 1)
		require.Equal(t, payment.Pending, ledger[0].Status)
		_, err := w.Choose(ledger[0].GatewayRef, sandbox.Choice{Outcome: sandbox.Declined})
		require.NoError(t, err)
		w.open(t)
		require.Equal(t, payment.Failed, w.Ledger()[0].Status, "what was written after the cut can be read")
	}
}

func TestJournal_DamageIsReportedWithItsLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, journaled(t))
	w.pay(t, sandbox.Choice{})
	whole, err := os.ReadFile(w.cfg.Journal)
	require.NoError(t, err)
	lines := strings.SplitAfter(string(whole), "\n")
	for want, content := range map[string]string{
		"line 1 is damaged": "hello\n" + lines[0],
		"line 2 is damaged": lines[0] + lines[0],
		"line 3 is damaged": lines[0] + lines[1] + lines[1],
		"does not fit":      lines[1],
		"payment \"\"":      "{}\n",
		"unexpected end":    "\n",
	} {
		require.NoError(t, os.WriteFile(w.cfg.Journal, []byte(content), 0o600))
		_, err := sandbox.New(w.cfg)
		assert.ErrorContains(t, err, want)
	}
}

func TestJournal_WhatCannotBeWrittenDidNotHappen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, journaled(t))
	q, f := w.create(t)
	other, err := sandbox.New(w.cfg)
	require.NoError(t, err)
	require.NoError(t, other.Close())
	w.Gateway = other
	for range 2 {
		_, err = w.Choose(f.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay})
		require.ErrorIs(t, err, payment.ErrTemporary)
	}
	assert.Equal(t, payment.Pending, w.inquire(t, f.GatewayRef).Status)
	q.Key, q.IntentID = "other", "pay_other"
	_, err = w.Create(t.Context(), q)
	require.ErrorIs(t, err, payment.ErrTemporary)
	assert.Len(t, w.Ledger(), 1)
}

// TestJournal_SurvivesKill runs this test binary as the bank's program, kills
// it while it pays as fast as it can, and compares what it had acknowledged
// with what the journal holds.
func TestJournal_SurvivesKill(t *testing.T) {
	const variable = "SANDBOX_JOURNAL_OF_CHILD"
	if path := os.Getenv(variable); path != "" {
		payForEver(t, path)
		return
	}
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	seen := map[string]bool{}
	for range 3 {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestJournal_SurvivesKill$")
		child.Env = append(os.Environ(), variable+"="+path)
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); {
			if ref, found := strings.CutPrefix(lines.Text(), "paid "); found {
				seen[ref] = true
				if n++; n == 200 {
					require.NoError(t, child.Process.Kill())
				}
			}
		}
		require.Error(t, child.Wait(), "it was killed")
	}
	require.GreaterOrEqual(t, len(seen), 600)

	w := newWorld(t, func(c *sandbox.Config) { c.Journal = path })
	for _, e := range w.Ledger() {
		if e.Status == payment.Captured {
			delete(seen, e.GatewayRef)
		}
	}
	assert.Empty(t, seen, "acknowledged but forgotten")
}

// payForEver is the killed program.
func payForEver(t *testing.T, path string) {
	t.Helper()
	w := newWorld(t, func(c *sandbox.Config) { c.Journal = path })
	for {
		fmt.Println("paid " + w.pay(t, sandbox.Choice{}))
	}
}
