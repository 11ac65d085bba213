package gorsetest

import (
	"cmp"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// URL is a base address for clients that use Transport; it leads nowhere else.
const URL = "http://gorse.test"

// Config is what of Gorse's configuration the answers depend on. The zero value is as deploy/gorse/config.toml, without a key.
type Config struct {
	Key      string           // server.api_key; empty takes every key
	Positive []string         // positive_feedback_types; nil means book, like and hold
	Negative []string         // negative_feedback_types; nil means dislike
	NoInsert bool             // auto_insert_user and auto_insert_item are false
	Forget   bool             // enable_replacement is false: what a person has seen is not recommended to them
	Now      func() time.Time // nil means the computer's clock
}

// Ill is what a server suffers from.
type Ill string

// The ills.
const (
	Well     Ill = "well"
	Down     Ill = "down"      // connections are dropped
	Slow     Ill = "slow"      // nothing is answered until the caller gives up
	Nonsense Ill = "nonsense"  // 200 with what Babble was given
	Busy     Ill = "busy"      // 503, as from a proxy
	NotReady Ill = "not_ready" // the stores are away
	Old      Ill = "old"       // a server of v0.4
)

// Server is the fake. It is safe for concurrent use.
type Server struct {
	cfg Config
	mux *http.ServeMux

	mu       sync.Mutex
	ill      Ill
	babble   string
	calls    []string
	items    map[string]item
	users    map[string]user
	feedback map[key]feedback
	cache    map[string][]row // by collection and subset
	made     map[string]time.Time
}

// New returns an empty server that is well.
func New(cfg Config) *Server {
	if cfg.Positive == nil {
		cfg.Positive = []string{"book", "like", "hold"}
	}
	if cfg.Negative == nil {
		cfg.Negative = []string{"dislike"}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Server{
		cfg: cfg, ill: Well, items: map[string]item{}, users: map[string]user{}, feedback: map[key]feedback{},
		cache: map[string][]row{}, made: map[string]time.Time{}, mux: http.NewServeMux(),
	}
	s.routes()
	return s
}

// Suffer makes the server ill, or Well again.
func (s *Server) Suffer(ill Ill) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ill = ill
}

// Babble makes it answer everything with the body, from now on.
func (s *Server) Babble(body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ill, s.babble = Nonsense, body
}

// Calls returns the requests so far, such as "GET /api/recommend/u?n=5", the first one first.
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// ForgetCalls empties what Calls returns.
func (s *Server) ForgetCalls() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
}

// ServeHTTP answers.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls = append(s.calls, r.Method+" "+r.URL.RequestURI())
	ill, babble := s.ill, s.babble
	s.mu.Unlock()
	switch ill {
	case Down:
		panic(http.ErrAbortHandler)
	case Slow:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case Nonsense:
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, babble)
		return
	case Busy:
		fail(w, http.StatusServiceUnavailable, "upstream connect error")
		return
	case Well, NotReady, Old:
	}
	s.answer(w, r, ill)
}

// answer is what a server does that runs.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, ill Ill) {
	if ill == Old && r.URL.Path == "/api/popular" {
		ok(w, []string{})
		return
	}
	if _, pattern := s.mux.Handler(r); pattern == "" {
		s.unrouted(w, r)
		return
	}
	// Routes are chosen, and types of content refused, before keys are looked at.
	written := r.Method == http.MethodPost || r.Method == http.MethodPut || r.Method == http.MethodPatch
	if written && r.Header.Get("Content-Type") != "application/json" {
		fail(w, http.StatusUnsupportedMediaType, "415: Unsupported Media Type")
		return
	}
	health := r.URL.Path == "/api/health/live" || r.URL.Path == "/api/health/ready"
	if !health && s.cfg.Key != "" && r.Header.Get("X-Api-Key") != s.cfg.Key {
		fail(w, http.StatusUnauthorized, "unauthorized")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mux.ServeHTTP(w, r)
}

// unrouted answers a path that there is not, or not with this method.
func (s *Server) unrouted(w http.ResponseWriter, r *http.Request) {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := s.mux.Handler(other); pattern != "" {
			fail(w, http.StatusMethodNotAllowed, "405: Method Not Allowed")
			return
		}
	}
	fail(w, http.StatusNotFound, "404: Page Not Found")
}

func (s *Server) routes() {
	for pattern, handle := range map[string]func(*call){
		"GET /health/live": s.live, "GET /health/ready": s.ready,
		"POST /user": s.postUser, "POST /users": s.postUsers, "GET /users": s.getUsers,
		"GET /user/{u}": s.getUser, "PATCH /user/{u}": s.patchUser, "DELETE /user/{u}": s.deleteUser,
		"POST /item": s.postItem, "POST /items": s.postItems, "GET /items": s.getItems,
		"GET /item/{i}": s.getItem, "PATCH /item/{i}": s.patchItem, "DELETE /item/{i}": s.deleteItem,
		"PUT /item/{i}/category/{c}": s.putCategory, "DELETE /item/{i}/category/{c}": s.deleteCategory,
		"POST /feedback": s.postFeedback, "PUT /feedback": s.putFeedback, "GET /feedback": s.getFeedback,
		"GET /feedback/{t}":     s.getTypedFeedback,
		"GET /feedback/{u}/{i}": s.pairFeedback, "DELETE /feedback/{u}/{i}": s.deletePair,
		"GET /feedback/{t}/{u}/{i}": s.tripleFeedback, "DELETE /feedback/{t}/{u}/{i}": s.deleteTriple,
		"GET /user/{u}/feedback": s.userFeedback, "GET /user/{u}/feedback/{t}": s.userFeedback,
		"GET /recommend/{u}": s.recommend, "GET /recommend/{u}/{c}": s.recommend,
		"POST /session/recommend": s.session, "POST /session/recommend/{c}": s.session,
		"GET /latest": s.latest, "GET /non-personalized/{name}": s.nonPersonalized,
		"GET /item-to-item/{name}/{i}": s.itemToItem, "GET /item/{i}/neighbors": s.itemToItem,
		"GET /user/{u}/neighbors": s.noNeighbours, "GET /collaborative-filtering/{u}": s.collaborative,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		s.mux.HandleFunc(method+" /api"+path, func(w http.ResponseWriter, r *http.Request) {
			handle(&call{ResponseWriter: w, r: r, old: s.ill == Old, down: s.ill == NotReady})
		})
	}
}

// call is a request that is answered.
type call struct {
	http.ResponseWriter
	r         *http.Request
	old, down bool
}

// id is an identifier or name in the path.
func (c *call) id(name string) string { return c.r.PathValue(name) }

// number reads an argument; an answer is written when it is none.
func (c *call) number(name string, fallback int) (int, bool) {
	text := c.r.URL.Query().Get(name)
	if text == "" {
		return fallback, true
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		fail(c, http.StatusBadRequest, err.Error())
	}
	return n, err == nil
}

// categories are those of the path or the query.
func (c *call) categories() []string {
	if name := c.id("c"); name != "" {
		return []string{name}
	}
	return slices.DeleteFunc(slices.Clone(c.r.URL.Query()["category"]), func(name string) bool { return name == "" })
}

// state is the report of health.
func (c *call) state() map[string]any {
	var trouble any
	if c.down {
		trouble = map[string]string{"Op": "dial"}
	}
	return map[string]any{
		"Ready": !c.down, "DataStoreError": trouble, "CacheStoreError": trouble, "DataStoreConnected": !c.down, "CacheStoreConnected": !c.down,
	}
}

func (s *Server) live(c *call) { ok(c, c.state()) }

func (s *Server) ready(c *call) {
	if c.down {
		fail(c, http.StatusServiceUnavailable, string(plain(c.state())))
		return
	}
	ok(c, c.state())
}

// Serve runs the server on a socket until the test ends, and returns its address.
func Serve(t interface{ Cleanup(f func()) }, s *Server) string {
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return h.URL
}

// sortedKeys are the keys of a map in the byte order that Gorse lists them in.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	list := make([]K, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
