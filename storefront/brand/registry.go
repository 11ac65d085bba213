package brand

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/valyala/fasthttp"

	"github.com/marquee-tickets/marquee/bms/catalog"
)

// Source has the brands; a *bms.CatalogService is one.
type Source interface {
	// Brands returns all brands by id.
	Brands(context.Context) ([]catalog.Brand, error)
}

// Config is what a Registry may choose. The zero Config answers to every host name.
type Config struct {
	// Name is what the storefront is called at host names of no brand. May be empty.
	Name string

	// Strict says that there is nothing at host names of no brand. Otherwise there is a storefront of no brand, which shows
	// everybody's programme.
	Strict bool

	// Default is a host name of the brand whose storefront is at host names of no brand, too; nothing is there while no live brand has it. Empty
	// means the storefront of no brand. Not with Strict.
	Default string

	// Logger gets colours that cannot be shown as a brand wants them. Nil discards them.
	Logger *slog.Logger
}

// Registry knows which storefront is at which host name. It is safe for concurrent use.
type Registry struct {
	source Source
	cfg    Config
	own    *Site // of no brand

	load  sync.Mutex            // one at a time
	table atomic.Pointer[table] // nil until the first Load; replaced, never changed
}

// table is what a registry knows.
type table struct {
	hosts map[string]*Site // nil for drafts
	brand map[catalog.BrandID]*Site
	files map[string]file // by address
	old   []string        // addresses of files that no brand has any more, the oldest first
}

// maxOld is how many files of before are still served: pages that browsers and proxies keep name them.
const maxOld = 200

// New returns a registry that knows nothing yet.
func New(source Source, cfg Config) *Registry {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	cfg.Default = strings.ToLower(cfg.Default)
	return &Registry{source: source, cfg: cfg, own: &Site{Name: cfg.Name}}
}

// Load reads all brands anew.
func (r *Registry) Load(ctx context.Context) error {
	r.load.Lock()
	defer r.load.Unlock()
	brands, err := r.source.Brands(ctx)
	if err != nil {
		return fmt.Errorf("brands: %w", err)
	}
	r.table.Store(r.tableOf(brands))
	return nil
}

// tableOf makes the next table. Where two brands have one host name, the live one counts, and then the older.
func (r *Registry) tableOf(brands []catalog.Brand) *table {
	before := r.table.Load()
	t := &table{hosts: map[string]*Site{}, brand: map[catalog.BrandID]*Site{}, files: map[string]file{}}
	for _, b := range brands {
		if len(b.Hosts) == 0 {
			continue // stored past our validation
		}
		site, files := siteOf(b)
		t.brand[b.ID] = site
		maps.Copy(t.files, files)
		for _, host := range b.Hosts {
			known, taken := t.hosts[host]
			switch {
			case !b.Live() && !taken:
				t.hosts[host] = nil
			case b.Live() && known == nil:
				t.hosts[host] = site
			}
		}
		if before == nil || site.Style != "" && before.files[site.Style].body == nil {
			r.report(b)
		}
	}
	t.keep(before)
	return t
}

// keep takes over the files of before.
func (t *table) keep(before *table) {
	if before == nil {
		return
	}
	t.old = slices.Clone(before.old)
	for path := range before.files {
		if _, used := t.files[path]; !used && !slices.Contains(t.old, path) {
			t.old = append(t.old, path)
		}
	}
	t.old = slices.DeleteFunc(t.old, func(path string) bool { _, used := t.files[path]; return used })
	t.old = t.old[max(0, len(t.old)-maxOld):]
	for _, path := range t.old {
		t.files[path] = before.files[path]
	}
}

func (r *Registry) report(b catalog.Brand) {
	for _, a := range Check(b) {
		r.cfg.Logger.Warn("colour of a brand adjusted", slog.String("brand", string(b.ID)), slog.String("field", a.Field),
			slog.String("wanted", a.Wanted), slog.String("used", a.Used), slog.Float64("ratio", a.Ratio))
	}
}

// Loaded reports whether there was a Load that worked.
func (r *Registry) Loaded() bool { return r.table.Load() != nil }

// maxHost is the most bytes of a host name (RFC 1035), its port included.
const maxHost = 260

// Lookup returns the site at a host name, which may have a port and any case. False when there is none: it is
// that of a draft, or of no brand and the registry is strict or lacks its default, or nothing is known yet. It allocates nothing.
func (r *Registry) Lookup(host []byte) (*Site, bool) {
	t := r.table.Load()
	if t == nil {
		return nil, false
	}
	var buffer [maxHost]byte
	if name, ok := plain(buffer[:0], host); ok {
		if site, known := t.hosts[string(name)]; known {
			return site, site != nil
		}
	}
	if r.cfg.Default != "" {
		site := t.hosts[r.cfg.Default]
		return site, site != nil
	}
	return r.own, !r.cfg.Strict
}

// plain appends a host name in lower case without its port and a dot at its end.
func plain(to, host []byte) ([]byte, bool) {
	if len(host) > cap(to) {
		return nil, false
	}
	for i, b := range host {
		if b == ':' && (i == 0 || host[0] != '[') {
			break
		}
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		to = append(to, b)
	}
	if n := len(to); n > 0 && to[n-1] == '.' {
		to = to[:n-1]
	}
	return to, true
}

// Key returns the name under which the pages of a host name are kept, false for one whose pages are not. It is what
// edge.Config.Site wants: the name is the host that the code which renders them sees.
func (r *Registry) Key(host []byte) (string, bool) {
	site, ok := r.Lookup(host)
	if !ok {
		return "", false
	}
	return site.key, true
}

// Draft returns the site of a brand as somebody sees it who may preview it, whether it is a draft or live. False when there is
// no such brand.
func (r *Registry) Draft(id catalog.BrandID) (*Site, bool) {
	t := r.table.Load()
	if t == nil || t.brand[id] == nil {
		return nil, false
	}
	preview := *t.brand[id]
	preview.Preview = true
	return &preview, true
}

// forever is the Cache-Control of what never changes under its address.
const forever = "public, max-age=31536000, immutable"

// filePolicy lets a logo do nothing when somebody opens it by itself.
const filePolicy = "default-src 'none'; sandbox"

// Serve answers a request for a style sheet or a logo. It reports whether there is one; those of before are for a while.
func (r *Registry) Serve(rc *fasthttp.RequestCtx) bool {
	if !rc.IsGet() && !rc.IsHead() {
		return false
	}
	t := r.table.Load()
	if t == nil {
		return false
	}
	f, ok := t.files[string(rc.Path())]
	if !ok {
		return false
	}
	h := &rc.Response.Header
	h.SetContentType(f.contentType)
	h.Set(fasthttp.HeaderCacheControl, forever)
	h.Set(fasthttp.HeaderContentSecurityPolicy, filePolicy)
	rc.Response.SetBodyRaw(f.body)
	return true
}
