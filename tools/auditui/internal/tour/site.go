package tour

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Site is where a storefront is.
type Site struct {
	Base  string // without a slash at the end
	Token string // the operator's; empty for a storefront that is not our own

	// Languages says that the addresses of pages begin with their language.
	Languages bool
}

// URL is the address of a page in a language. path begins with a slash, or is empty for the home page.
func (s Site) URL(lang, path string) string { return s.at(s.Base, lang, path) }

func (s Site) at(base, lang, path string) string {
	if s.Languages {
		return base + "/" + lang + path
	}
	if path == "" {
		path = "/"
	}
	return base + path
}

// Plain is the address of a page without a language.
func (s Site) Plain(path string) string { return s.Base + path }

// OnHost is the address of a page at another host name that leads to the same computer.
func (s Site) OnHost(host, lang, path string) string {
	u, err := url.Parse(s.Base)
	if err != nil {
		return s.at(s.Base, lang, path)
	}
	if port := u.Port(); port != "" {
		host += ":" + port
	}
	return s.at(u.Scheme+"://"+host, lang, path)
}

// Reach asks a storefront whether it is there, and how its addresses begin.
func Reach(ctx context.Context, base, token string) (Site, error) {
	s := Site{Base: strings.TrimRight(base, "/"), Token: token}
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Base+"/"+English, nil)
	if err != nil {
		return s, err
	}
	client := http.Client{Timeout: 30 * time.Second}
	answer, err := client.Do(q)
	if err != nil {
		return s, err
	}
	s.Languages = answer.StatusCode == http.StatusOK
	return s, answer.Body.Close()
}
