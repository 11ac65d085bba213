package sandbox_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/payment"
	"github.com/marquee-tickets/marquee/bms/payment/sandbox"
)

// sign signs a body as the bank does.
func sign(w *world, seconds, body string) func(string) string {
	h := hmac.New(sha256.New, w.cfg.Secret)
	h.Write([]byte(seconds + "." + body))
	signature := "t=" + seconds + ",v1=" + hex.EncodeToString(h.Sum(nil))
	return func(name string) string {
		if name == sandbox.SignatureHeader {
			return signature
		}
		return ""
	}
}

func TestParseWebhook_SignedIsNotYetUnderstood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seconds := strconv.FormatInt(start.Unix(), 10)
	for _, body := range []string{
		"", "[]", "{}", `{"id":"e"}`,
		`{"id":"e","ref":"r","kind":"payment","status":"paid"}`,
		`{"id":"e","ref":"r","kind":"gossip","status":"captured"}`,
		`{"id":"e","ref":"r","kind":"refund","status":"captured"}`,
		`{"id":"e","ref":"r","kind":"payment","status":"captured","refund":{"status":"pending"}}`,
		`{"id":"e","ref":"r","kind":"refund","status":"captured","refund":{"status":"lost"}}`,
		`{"id":"e","ref":"r","kind":"payment","status":"captured","captured":{"minor":1.5,"currency":"EUR"}}`,
		strings.Repeat(" ", 64<<10+1),
	} {
		_, err := w.ParseWebhook(sign(w, seconds, body), []byte(body))
		require.Equal(t, fault.Invalid, fault.CodeOf(err), "%.40q", body)
		assert.Equal(t, "body", fault.Of(err).Field)
	}
	good := `{"id":"e","ref":"r","kind":"payment","status":"pending"}`
	events, err := w.ParseWebhook(sign(w, seconds, good), []byte(good))
	require.NoError(t, err)
	assert.Equal(t, payment.Pending, events[0].Facts.Status)

	_, err = w.ParseWebhook(sign(w, "now", good), []byte(good))
	assert.ErrorIs(t, err, payment.ErrSignature, "signed, but not with a time")
}

func FuzzParseWebhook(f *testing.F) {
	w := newWorld(f)
	w.pay(f, sandbox.Choice{})
	_, err := w.DeliverDue(f.Context())
	require.NoError(f, err)
	f.Add(w.mail[0].Header[sandbox.SignatureHeader], string(w.mail[0].Body), false)
	f.Add("t=1,v1=", "{}", true)
	f.Add("", `{"id":"e","ref":"r","kind":"refund","status":"captured","refund":{}}`, true)
	f.Fuzz(func(t *testing.T, header, body string, signed bool) {
		get := func(string) string { return header }
		if signed {
			get = sign(w, strconv.FormatInt(start.Unix(), 10), body)
		}
		events, err := w.ParseWebhook(get, []byte(body))
		if err != nil {
			assert.NotEqual(t, fault.Internal, fault.CodeOf(err))
			return
		}
		seconds, _, _ := strings.Cut(strings.TrimPrefix(get(sandbox.SignatureHeader), "t="), ",")
		ours := sign(w, seconds, body)(sandbox.SignatureHeader)
		assert.True(t, strings.EqualFold(ours, get(sandbox.SignatureHeader)), "only what the secret has signed is read")
		for _, e := range events {
			assert.NotEmpty(t, e.ID)
			assert.True(t, e.Kind.Valid())
			assert.True(t, e.Facts.Status.Valid())
		}
	})
}
