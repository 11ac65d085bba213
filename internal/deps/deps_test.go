package deps_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wall keeps packages from being built from others, however far down the import is.
type wall struct {
	of     []string // packages, or all below a path: "bms/..."; test kits are left out
	banned []string // import paths, those below them included
	except []string // import paths that may be built from although they are below a banned one
	direct bool     // only what the packages import themselves counts
	why    string
}

// Import paths that walls name.
const (
	pgx     = "github.com/jackc/pgx"
	modernc = "modernc.org"
	goose   = "github.com/pressly/goose"
	http    = "github.com/valyala/fasthttp"
	esbuild = "github.com/evanw/esbuild"
	testify = "github.com/stretchr/testify"
)

// core is what a partner compiles in with bms, and the rules that it stands on.
var core = []string{
	"bms", "bms/money", "bms/fault", "bms/id", "bms/catalog/...", "bms/seating", "bms/pricing", "bms/booking", "bms/payment",
	"bms/payment/sandbox", "bms/search", "bms/outbox", "bms/notify", "bms/store", "bms/internal/...", "internal/groupcommit", "demo",
}

var walls = []wall{
	{
		of: []string{"bms/..."}, banned: []string{module + "/storefront", module + "/cmd", module + "/demo", module + "/internal/web"},
		why: "the SDK never imports what embeds it",
	},
	{
		of: []string{"bms/..."}, banned: []string{http},
		why: "a partner chooses the web server; the SDK brings none",
	},
	{
		of: []string{"bms/sqlite", "bms/embedded", "internal/sqldb/lite", "recommend/store/sqlite", "adserver/store/sqlite"}, banned: []string{pgx},
		why: "a program over SQLite does not link the Postgres driver",
	},
	{
		of: []string{"bms/postgres", "internal/sqldb/pg", "recommend/store/postgres", "adserver/store/postgres"}, banned: []string{modernc},
		why: "a program over Postgres does not link SQLite, which is the larger half of a small program",
	},
	{
		of: []string{"internal/sqldb", "internal/sqldb/migrate", "bms/internal/...", "recommend/store", "recommend/experiment", "adserver/store"}, banned: []string{pgx, modernc},
		why: "what both engines share links neither driver",
	},
	{
		of: []string{"internal/sqldb"}, banned: []string{goose, "database/sql"},
		why: "the executor's interface is small so that each engine can do better than database/sql",
	},
	{
		of: []string{"internal/web"}, banned: []string{module + "/bms", module + "/storefront"}, except: []string{module + "/bms/fault"},
		why: "internal/web carries the ad server as well as the storefront: it knows errors by bms/fault and by interfaces of its own, and nothing of selling tickets",
	},
	{
		of: []string{"internal/geo"}, banned: []string{module + "/bms", module + "/storefront", module + "/internal/web"},
		except: []string{module + "/bms/money", module + "/bms/fault"},
		why:    "the ad server asks where an address is, too: internal/geo knows currencies and nothing else of selling tickets",
	},
	{
		of:     []string{"recommend/..."},
		banned: []string{module + "/bms", module + "/storefront", module + "/cmd", module + "/demo", module + "/adserver", module + "/internal/web"},
		except: []string{module + "/bms/catalog", module + "/bms/id", module + "/bms/outbox", module + "/bms/fault"}, direct: true,
		why: "recommendations are a leaf: of the shop they know events, identifiers, messages and faults, and cmd/storefront brings them together",
	},
	{
		of: []string{"recommend/gorse/..."}, banned: []string{http},
		why: "the client of a Gorse server calls out; what serves pages is none of its business",
	},
	{
		of: []string{"adserver/adclient/..."}, banned: []string{module, http},
		why: "what a publisher's program uses of an ad server has types of its own: a program that is none of ours can use it, and the ad server can change",
	},
	{
		of: []string{"cmd/storefront/..."}, banned: []string{module + "/adserver"}, except: []string{module + "/adserver/adclient"},
		why: "a storefront asks an ad server; it does not contain one",
	},
	{
		of:     []string{"adserver/..."},
		banned: []string{module + "/bms", module + "/storefront", module + "/recommend", module + "/cmd", module + "/demo"},
		except: []string{module + "/bms/money", module + "/bms/fault", module + "/bms/id", module + "/bms/payment"}, direct: true,
		why: "the ad server is a program of its own: of the SDK it shares money, faults, identifiers and the contract of payment gateways",
	},
	{
		of: []string{
			"adserver/ads", "adserver/targeting", "adserver/frequency", "adserver/pacing", "adserver/auction", "adserver/budget", "adserver/token",
			"adserver/journal", "adserver/ledger", "adserver/consent", "adserver/vast", "adserver/sellers",
		},
		banned: []string{http, module + "/adserver/store", module + "/internal/web", module + "/internal/sqldb"},
		why:    "the rules of the ad server are read and tested without a server or a database; package adserver brings them together",
	},
	{
		of: []string{"storefront/..."}, banned: []string{module + "/recommend", module + "/adserver"},
		why: "the storefront declares the small interfaces that it wants; cmd/storefront adapts what implements them",
	},
	{
		of: []string{"storefront/..."}, banned: []string{module + "/bms/sqlite", module + "/bms/postgres", module + "/internal/sqldb", pgx, modernc, goose},
		why: "the storefront sells through *bms.Client and knows no SQL; which engine it is, is decided in cmd",
	},
	{
		of: []string{"storefront/...", "cmd/..."}, banned: []string{esbuild, module + "/tools"},
		why: "scripts are built when they change, by tools/assets, and their files committed; the program only serves them",
	},
	{
		of: []string{"storefront/poster/...", "storefront/seo"}, banned: []string{http, module + "/bms/store", module + "/internal/web"},
		why: "what others see is made of the catalogue alone, by functions that can be read and tested without a server; storefront/pages fetches and serves",
	},
	{
		of: []string{"bms/...", "storefront/...", "adserver/...", "demo"}, banned: []string{module + "/cmd", module + "/benchmarks", module + "/examples"},
		why: "programs import packages, never the other way round",
	},
	{
		of:     []string{"bms/...", "storefront/...", "recommend/...", "adserver/...", "cmd/...", "internal/...", "demo"},
		banned: []string{testify},
		why:    "what is for tests stays out of programs; only packages named …test may import it",
	},
	{
		of:     []string{"bms/...", "storefront/...", "recommend/...", "adserver/...", "cmd/...", "internal/...", "demo"},
		banned: []string{"testing"}, direct: true, // a library of the metrics has it
		why: "what is for tests stays out of programs; only packages named …test may import it",
	},
}

func TestDeps(t *testing.T) {
	t.Parallel()
	for _, w := range walls {
		assert.Empty(t, w.crossings(t), w.why)
	}
}

// A wall that is crossed is noticed, also by way of another package.
func TestDeps_CrossingsAreFound(t *testing.T) {
	t.Parallel()
	w := wall{of: []string{"bms/embedded"}, banned: []string{modernc + "/sqlite"}}
	assert.Contains(t, w.crossings(t), "bms/embedded is built from modernc.org/sqlite")
	w.direct = true
	assert.Empty(t, w.crossings(t), "it imports the engine, which imports that")
	w.banned = []string{module + "/bms/sqlite"}
	assert.NotEmpty(t, w.crossings(t))
}

// crossings are the imports that the wall forbids.
func (w wall) crossings(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, pattern := range w.of {
		behind := matching(t, pattern)
		require.NotEmpty(t, behind, "a wall around nothing: %s", pattern)
		for _, pkg := range behind {
			if !isKit(pkg) {
				p := at(t, pkg)
				imports := p.Deps
				if w.direct {
					imports = p.Imports
				}
				found = append(found, w.crossingsOf(pkg, imports)...)
			}
		}
	}
	return found
}

func (w wall) crossingsOf(pkg string, deps []string) []string {
	var found []string
	for _, dep := range deps {
		if slices.ContainsFunc(w.banned, func(banned string) bool { return within(dep, banned) }) && !slices.Contains(w.except, dep) {
			found = append(found, pkg+" is built from "+short(dep))
		}
	}
	return found
}

func TestDeps_CoreIsStandardLibraryAndOurs(t *testing.T) {
	t.Parallel()
	for _, pattern := range core {
		list := matching(t, pattern)
		require.NotEmpty(t, list, pattern)
		for _, pkg := range list {
			for _, dep := range at(t, pkg).Deps {
				p := packages(t)[dep]
				assert.True(t, p.Standard || within(dep, module),
					"%s is built from %s: a partner who imports bms compiles in the standard library and our own packages only; what needs a library is a small interface with its adapter in a package of its own", pkg, dep)
			}
		}
	}
}

// rank says how far down a package of the SDK is: it imports only what has a lower rank.
var rank = map[string]int{
	"bms/fault": 0, "bms/money": 1, "bms/id": 1,
	"bms/catalog/seatmap": 2, "bms/catalog": 3, "bms/search": 4, "bms/search/bleve": 5,
	"bms/seating": 4, "bms/pricing": 5, "bms/booking": 6, "bms/waitlist": 7,
	"bms/payment": 7, "bms/notify": 7, "bms/outbox": 7,
	"bms/payment/sandbox": 8, "bms/qr": 8, "bms/store": 8,
	"bms": 9, "bms/internal/sqlstore": 9,
	"bms/sqlite": 10, "bms/postgres": 10,
	"bms/embedded": 11,
}

func TestDeps_ImportsRunOneWay(t *testing.T) {
	t.Parallel()
	for _, pkg := range matching(t, "bms/...") {
		if isKit(pkg) {
			continue
		}
		from, ok := rank[pkg]
		require.True(t, ok, "%s has no place in the order of imports: give it one here and in docs/architecture.md", pkg)
		for _, imported := range at(t, pkg).Imports {
			if to, ok := rank[short(imported)]; ok {
				assert.Less(t, to, from, "%s imports %s, which is not below it: imports of the SDK run one way, so that each rule can be read and tested without what is built on it",
					pkg, short(imported))
			}
		}
	}
}

// What a package imports to reach out of the program, and to wait for others. Packages that only
// read text (net/url) reach nothing.
var (
	reaching = []string{"os", "io/ioutil", "net", "database/sql", "syscall", "plugin", "unsafe", "log", "expvar", "flag", "runtime/metrics"}
	waiting  = []string{"context", "sync", "runtime"}
	reading  = []string{"net/url", "net/mail", "net/netip"}
)

// pure are the packages of rules, with what they may not import.
var pure = map[string][]string{
	"bms/money":           slices.Concat(reaching, waiting),
	"bms/fault":           slices.Concat(reaching, waiting),
	"bms/id":              slices.Concat(reaching, waiting),
	"bms/catalog":         slices.Concat(reaching, waiting),
	"bms/catalog/seatmap": slices.Concat(reaching, waiting),
	"bms/seating":         slices.Concat(reaching, waiting),
	"bms/pricing":         slices.Concat(reaching, waiting),
	"bms/booking":         slices.Concat(reaching, waiting),
	"bms/waitlist":        slices.Concat(reaching, waiting),
	"demo":                slices.Concat(reaching, waiting),

	// These say what an adapter does, which has a context because it calls out.
	"bms/payment": slices.Concat(reaching, []string{"sync", "runtime"}),
	"bms/notify":  slices.Concat(reaching, []string{"sync", "runtime"}),
	"bms/search":  slices.Concat(reaching, []string{"sync", "runtime"}),
	"bms/store":   slices.Concat(reaching, []string{"sync", "runtime"}),
}

func TestDeps_RulesDoNoIO(t *testing.T) {
	t.Parallel()
	for pkg, banned := range pure {
		for _, imported := range at(t, pkg).Imports {
			switch {
			case slices.Contains(reading, imported) || imported == module+"/bms/outbox": // the store names its records
			case within(imported, module):
				assert.Contains(t, pure, short(imported), "%s imports %s, which may do more than decide", pkg, short(imported))
			default:
				assert.False(t, slices.ContainsFunc(banned, func(ban string) bool { return within(imported, ban) }),
					"%s imports %s: rules get what they judge by as arguments and return what they decide; bms does the I/O", pkg, imported)
			}
		}
	}
}
