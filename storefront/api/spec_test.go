package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/storefront/api"
)

// spec checks answers against the document. Objects are closed for that: a field that the
// document does not have fails the test, though clients shall pass over it.
type spec struct {
	doc    *openapi3.T
	router routers.Router

	mu       sync.Mutex
	answered map[string]bool // operations that were answered with success
}

// readSpec reads the document once for all tests.
var readSpec = sync.OnceValues(func() (*spec, error) {
	raw, err := os.ReadFile("openapi.json")
	if err != nil {
		return nil, err
	}
	var tree any
	if err := json.Unmarshal(raw, &tree); err != nil {
		return nil, err
	}
	closeObjects(tree)
	closed, err := json.Marshal(tree)
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(closed)
	if err != nil {
		return nil, err
	}
	router, err := gorillamux.NewRouter(doc)
	return &spec{doc: doc, router: router, answered: map[string]bool{}}, err
})

func theSpec(t testing.TB) *spec {
	t.Helper()
	s, err := readSpec()
	require.NoError(t, err)
	return s
}

// closeObjects forbids fields that an object's schema does not name.
func closeObjects(node any) {
	switch n := node.(type) {
	case []any:
		for _, v := range n {
			closeObjects(v)
		}
	case map[string]any:
		_, named := n["properties"]
		_, said := n["additionalProperties"]
		if n["type"] == "object" && named && !said {
			n["additionalProperties"] = false
		}
		for _, v := range n {
			closeObjects(v)
		}
	}
}

// check fails the test when an answer is not as the document says.
func (s *spec) check(t testing.TB, req *http.Request, res *http.Response, body []byte) {
	t.Helper()
	if req.Method == http.MethodOptions || req.Method == http.MethodHead {
		return
	}
	route, params, err := s.router.FindRoute(req)
	if err != nil {
		s.checkProblem(t, res, body)
		return
	}
	require.NoError(t, validate(t, route, params, req, res, body), "%s %s: %s", req.Method, req.URL, body)
	if res.StatusCode < http.StatusMultipleChoices {
		require.NoError(t, validateRequest(t, route, params, req), "%s %s is taken", req.Method, req.URL)
		s.note(route.Operation.OperationID)
	}
}

// validateRequest returns how a request that was answered with success differs from what the document asks for.
func validateRequest(t testing.TB, route *routers.Route, params map[string]string, req *http.Request) error {
	t.Helper()
	sent := req.Clone(t.Context())
	if req.GetBody != nil {
		body, err := req.GetBody()
		require.NoError(t, err)
		sent.Body = body
	}
	return openapi3filter.ValidateRequest(t.Context(), &openapi3filter.RequestValidationInput{
		Request: sent, Route: route, PathParams: params, Options: &openapi3filter.Options{AuthenticationFunc: mustAuthenticate},
	})
}

// mustAuthenticate says whether a request carries what a security scheme of the document asks for.
func mustAuthenticate(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	header := in.RequestValidationInput.Request.Header
	if scheme := in.SecurityScheme; scheme.Type == "apiKey" && header.Get(scheme.Name) != "" ||
		scheme.Type == "http" && strings.HasPrefix(header.Get("Authorization"), "Bearer ") {
		return nil
	}
	return errors.New("the request lacks " + in.SecuritySchemeName)
}

// note remembers that an operation was answered with success.
func (s *spec) note(operation string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answered[operation] = true
}

// validate returns how an answer differs from its route's description.
func validate(t testing.TB, route *routers.Route, params map[string]string, req *http.Request, res *http.Response, body []byte) error {
	t.Helper()
	options := &openapi3filter.Options{IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	return openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, Route: route, PathParams: params, Options: options},
		Status:                 res.StatusCode, Header: res.Header, Body: io.NopCloser(bytes.NewReader(body)), Options: options,
	})
}

// checkProblem checks an answer to a request that the document does not have.
func (s *spec) checkProblem(t testing.TB, res *http.Response, body []byte) {
	t.Helper()
	require.GreaterOrEqual(t, res.StatusCode, http.StatusBadRequest, string(body))
	var v any
	require.NoError(t, json.Unmarshal(body, &v))
	problem := s.doc.Components.Schemas["Problem"].Value
	require.NoError(t, problem.VisitJSON(v, openapi3.EnableJSONSchema2020()))
}

// operations returns the document's operations as routes, with their ids.
func (s *spec) operations() map[string]string {
	all := map[string]string{}
	for path, item := range s.doc.Paths.Map() {
		for method, operation := range item.Operations() {
			all[method+" "+path] = operation.OperationID
		}
	}
	return all
}

func TestDocument_IsValidOpenAPI31(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.json")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(doc.OpenAPI, "3.1."))
	require.NoError(t, doc.Validate(t.Context(), openapi3.IsOpenAPI31OrLater()))
}

func TestDocument_HasTheRoutesAndNoOthers(t *testing.T) {
	t.Parallel()
	a, err := api.New(nil, api.Config{})
	require.NoError(t, err)
	var documented []string
	for route := range theSpec(t).operations() {
		documented = append(documented, route)
	}
	slices.Sort(documented)
	routes := a.Routes()
	slices.Sort(routes)
	require.Equal(t, documented, routes)
}

// TestDocument_ChecksNoticeWhatIsWrong shows that the checks of all other tests can fail.
func TestDocument_ChecksNoticeWhatIsWrong(t *testing.T) {
	t.Parallel()
	const good = `{"items":[{"slug":"mumbai","name":"Mumbai","country":"IN","time_zone":"Asia/Kolkata"}]}`
	for name, c := range map[string]struct {
		status int
		kind   string
		body   string
		right  bool
	}{
		"as it should be":   {200, "application/json", good, true},
		"field unknown":     {200, "application/json", `{"items":[],"extra":1}`, false},
		"field missing":     {200, "application/json", `{"items":[{"slug":"mumbai","name":"Mumbai","country":"IN"}]}`, false},
		"another type":      {200, "application/json", `{"items":null}`, false},
		"pattern":           {200, "application/json", strings.Replace(good, `"IN"`, `"in"`, 1), false},
		"error as success":  {404, "application/json", good, false},
		"problem unwritten": {404, "application/problem+json", `{"type":"x"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://shop.example/api/v1/cities", http.NoBody)
			require.NoError(t, err)
			route, params, err := theSpec(t).router.FindRoute(req)
			require.NoError(t, err)
			res := &http.Response{StatusCode: c.status, Header: http.Header{"Content-Type": {c.kind}}}
			err = validate(t, route, params, req, res, []byte(c.body))
			require.Equal(t, c.right, err == nil, "%v", err)
		})
	}
}
