package shop

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// API is the JSON API of a storefront.
type API struct {
	base   string
	client *http.Client
}

// NewAPI returns the API of the storefront at an address.
func NewAPI(base string) *API {
	return &API{base: base, client: &http.Client{Timeout: 30 * time.Second}}
}

// call sends a request and reads the answer into a value; nil drops it. proof is the token of what the request is about.
func (a *API) call(ctx context.Context, method, path, proof string, body, answer any) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	q, err := http.NewRequestWithContext(ctx, method, a.base+"/api/v1"+path, sent)
	if err != nil {
		return err
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Visitor-Id", rand.Text()) // a new one each time: nobody here is held to what one buyer may have
	if proof != "" {
		q.Header.Set("Authorization", "Bearer "+proof)
	}
	return a.send(q, answer)
}

// RefusedError is an answer that says no.
type RefusedError struct {
	Status int
	Reason string // such as "seat_taken"
	Text   string
}

func (e *RefusedError) Error() string { return fmt.Sprintf("%d %s: %s", e.Status, e.Reason, e.Text) }

func (a *API) send(q *http.Request, answer any) error {
	got, err := a.client.Do(q)
	if err != nil {
		return err
	}
	defer func() { _ = got.Body.Close() }()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		return err
	}
	if got.StatusCode >= http.StatusBadRequest {
		refused := &RefusedError{Status: got.StatusCode}
		var problem struct{ Reason, Detail string }
		if json.Unmarshal(body, &problem) == nil {
			refused.Reason, refused.Text = problem.Reason, problem.Detail
		}
		return fmt.Errorf("%s %s: %w", q.Method, q.URL.Path, refused)
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(body, answer); err != nil {
		return fmt.Errorf("%s %s: %w", q.Method, q.URL.Path, err)
	}
	return nil
}

// bank sends the form of the test bank's page.
func (a *API) bank(ctx context.Context, page, outcome string) error {
	if strings.HasPrefix(page, "/") {
		page = a.base + page
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, page, strings.NewReader(url.Values{"outcome": {outcome}}.Encode()))
	if err != nil {
		return err
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	stay := &http.Client{Timeout: a.client.Timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	got, err := stay.Do(q)
	if err != nil {
		return err
	}
	if err := got.Body.Close(); err != nil {
		return err
	}
	if got.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("the test bank answered %s", got.Status)
	}
	return nil
}
