package pages_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/marquee-tickets/marquee/storefront/pages"
)

// Who pays comes back to the host name where the booking's cookie is, and to no name that a request made up.
func TestBase_IsOneOfTheBrandsOwnHostNames(t *testing.T) {
	t.Parallel()
	own := []string{"a.example", "b.example"}
	for _, c := range []struct {
		base, host string
		hosts      []string
		want       string
	}{
		{"https://tickets.example", "b.example", own, "https://b.example"},
		{"https://tickets.example", "A.Example:443", own, "https://a.example"},
		{"http://127.0.0.1:8080", "a.example:8080", own, "http://a.example:8080"},
		{"http://127.0.0.1:8080", "evil.example", own, "http://127.0.0.1:8080"},
		{"https://tickets.example", "a.example.evil.example", own, "https://tickets.example"},
		{"https://tickets.example", "a.example", nil, "https://tickets.example"},
		{"", "a.example", own, ""},
	} {
		assert.Equal(t, c.want, pages.ReturnBase(c.base, c.host, c.hosts), "%s at %s", c.base, c.host)
	}
}

func TestSafeURL_IsAPathOrOfTheWeb(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"/brand/a.svg": "/brand/a.svg", "https://a.example/l.png": "https://a.example/l.png", "http://a.example/l.png": "http://a.example/l.png",
		"javascript:alert(1)": "", "data:text/html,x": "", "": "", "logo.svg": "",
	} {
		assert.Equal(t, want, pages.SafeURL(address), address)
	}
}
