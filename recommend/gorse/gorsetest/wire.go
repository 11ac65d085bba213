package gorsetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// The records of Gorse, by the names that it gives their fields.
type item struct {
	ID         string `json:"ItemId"`
	IsHidden   bool
	Categories []string
	Timestamp  time.Time
	Labels     any
	Comment    string
}

type user struct {
	ID      string `json:"UserId"`
	Labels  any
	Comment string
}

type feedback struct {
	key
	Value              float64
	Timestamp, Updated time.Time
	Comment            string
}

// key is what feedback is unique by; its fields are in the order in which feedback is listed, and in cursors.
type key struct {
	FeedbackType string
	User         string `json:"UserId"`
	Item         string `json:"ItemId"`
}

type score struct {
	ID    string `json:"Id"`
	Score float64
}

// plain is JSON without line breaks.
func plain(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// ok writes an answer as Gorse does, over several lines.
func ok(w http.ResponseWriter, v any) {
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text) // a caller who has gone
}

// done is the answer to what was written.
func done(w http.ResponseWriter, rows int) { ok(w, map[string]int{"RowAffected": rows}) }

// fail writes an error: never JSON, always text.
func fail(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// read decodes a body; an answer is written when it is none. Unknown fields are passed over.
func (c *call) read(into any) bool {
	body, err := io.ReadAll(c.r.Body)
	if err == nil {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		err = d.Decode(into)
	}
	if err != nil {
		fail(c, http.StatusBadRequest, err.Error())
	}
	return err == nil
}

// readTime reads some of the forms of time that Gorse does.
func readTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02", "2006-01-02 15:04:05", "01/02/2006", "Jan 2, 2006"} {
		if t, err := time.Parse(form, text); err == nil {
			return t.UTC(), nil
		}
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if len(text) > 10 {
			return time.UnixMilli(n).UTC(), nil
		}
		return time.Unix(n, 0).UTC(), nil
	}
	return time.Time{}, fmt.Errorf("Could not find format for %q", text) //nolint:staticcheck // its words
}

// checkLabels refuses what Gorse does.
func checkLabels(v any) error {
	switch labels := v.(type) {
	case nil, string, json.Number:
		return nil
	case []any:
		return checkList(labels)
	case map[string]any:
		for _, inner := range labels {
			if err := checkLabels(inner); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("unsupported type in labels: %T", v)
}

// checkList wants texts alone or numbers alone.
func checkList(list []any) error {
	texts, numbers := 0, 0
	for _, v := range list {
		switch v.(type) {
		case string:
			texts++
		case json.Number:
			numbers++
		}
	}
	if texts == len(list) || numbers == len(list) {
		return nil
	}
	return fmt.Errorf("unsupported labels: %s", plain(list))
}
