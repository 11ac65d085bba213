package brand

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/catalog"
	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/internal/web"
)

// PreviewPath is where links to previews lead: PreviewPath + "?t=" + token. Without a token the preview ends.
const PreviewPath = "/preview"

// previewCookie holds the token of a preview.
const previewCookie = "preview"

// MaxPreview is how long a link to a preview may be good for.
const MaxPreview = 90 * 24 * time.Hour

// Errors of links to previews.
var (
	ErrPreview = fault.New(fault.Forbidden, "preview_not_allowed", "this link to a preview is damaged or not one of ours; ask for another")
	ErrOver    = fault.New(fault.Expired, "preview_over", "this link to a preview is no longer good; ask for another")
)

// Previews signs links with which a draft can be seen, and checks them. It is safe for concurrent use.
type Previews struct {
	secret func(context.Context) ([]byte, error)
	key    atomic.Pointer[[]byte]
}

// NewPreviews returns previews that are signed with a secret, which is asked for once.
func NewPreviews(secret func(context.Context) ([]byte, error)) *Previews {
	return &Previews{secret: secret}
}

// Token returns what a link to a preview of a brand needs, good until a time. Errors: an Invalid fault about until, which is
// at most MaxPreview from now; what the secret fails with.
func (p *Previews) Token(ctx context.Context, brand catalog.BrandID, now, until time.Time) (string, error) {
	if !until.After(now) || until.Sub(now) > MaxPreview {
		return "", fault.Invalidf("until", "must be within %d days from now", MaxPreview/(24*time.Hour))
	}
	text := string(brand) + "." + strconv.FormatInt(until.Unix(), 10)
	mac, err := p.sign(ctx, text)
	return text + "." + mac, err
}

// Open returns the brand that a token is for, and until when it is good. Errors: ErrPreview, ErrOver; what the secret fails with.
func (p *Previews) Open(ctx context.Context, token string, now time.Time) (catalog.BrandID, time.Time, error) {
	i := strings.LastIndexByte(token, '.')
	if i < 0 || len(token) > 200 {
		return "", time.Time{}, ErrPreview
	}
	mac, err := p.sign(ctx, token[:i])
	if err != nil {
		return "", time.Time{}, err
	}
	id, end, found := strings.Cut(token[:i], ".")
	seconds, err := strconv.ParseInt(end, 10, 64)
	if !found || err != nil || subtle.ConstantTimeCompare([]byte(mac), []byte(token[i+1:])) != 1 {
		return "", time.Time{}, ErrPreview
	}
	until := time.Unix(seconds, 0).UTC()
	if !until.After(now) {
		return "", time.Time{}, ErrOver
	}
	return catalog.BrandID(id), until, nil
}

func (p *Previews) sign(ctx context.Context, text string) (string, error) {
	key := p.key.Load()
	if key == nil {
		secret, err := p.secret(ctx)
		if err != nil {
			return "", err
		}
		key = &secret
		p.key.Store(key)
	}
	mac := hmac.New(sha256.New, *key)
	mac.Write([]byte("brand preview\x00" + text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18]), nil
}

// Keep gives a browser the cookie of a preview.
func Keep(rc *fasthttp.RequestCtx, token string, now, until time.Time) {
	web.SetCookie(rc, web.Cookie{Name: previewCookie, Value: token, MaxAge: until.Sub(now)})
}

// Drop takes the cookie of a preview from a browser.
func Drop(rc *fasthttp.RequestCtx) {
	web.SetCookie(rc, web.Cookie{Name: previewCookie, MaxAge: -1})
}

// Previewing reports whether a request may be one for a preview, so that nothing kept answers it. It allocates nothing, and is
// no proof.
func Previewing(rc *fasthttp.RequestCtx) bool {
	return bytes.Contains(rc.Request.Header.Peek(fasthttp.HeaderCookie), []byte(previewCookie+"="))
}

// TokenOf returns the token of a preview that a browser has, empty when it has none.
func TokenOf(rc *fasthttp.RequestCtx) string {
	return string(rc.Request.Header.Cookie(previewCookie))
}
