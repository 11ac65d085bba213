package store_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/adserver/store"
	"github.com/marquee-tickets/marquee/bms/fault"
)

func FuzzEmail(f *testing.F) {
	for _, s := range []string{"ann@example.com", " Ann@Example.COM ", "Ann <ann@example.com>", "a@b", "a@b.c,d@e.f", "\"a b\"@c.de", "ä@b.de", "a@b.de\r\nBcc: x@y.z", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		email, err := store.Email(s)
		if err != nil {
			assert.Equal(t, "email", fault.Of(err).Field)
			return
		}
		again, err := store.Email(email)
		assert.NoError(t, err)
		assert.Equal(t, email, again, "what is normal stays as it is")
		assert.LessOrEqual(t, len(email), 254)
		assert.False(t, strings.ContainsAny(email, "\r\n<>"), "it could end a header line")
	})
}
