package tab

import (
	"slices"
	"strings"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
)

// Message is something that the console complains of.
type Message struct {
	Source string // "console", "exception", or of the browser's own: "security", "network", …
	Text   string
	URL    string
}

// said notes errors. Warnings of the browser's own do not count, those of its security policy do.
func (t *Tab) said(event any) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			t.messages = append(t.messages, Message{Source: "console", Text: argumentsOf(e)})
		}
	case *runtime.EventExceptionThrown:
		m := Message{Source: "exception", Text: e.ExceptionDetails.Text, URL: e.ExceptionDetails.URL}
		if x := e.ExceptionDetails.Exception; x != nil && x.Description != "" {
			m.Text, _, _ = strings.Cut(x.Description, "\n")
		}
		t.messages = append(t.messages, m)
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError || e.Entry.Source == cdplog.EntrySourceSecurity {
			t.messages = append(t.messages, Message{Source: string(e.Entry.Source), Text: e.Entry.Text, URL: e.Entry.URL})
		}
	}
}

func argumentsOf(e *runtime.EventConsoleAPICalled) string {
	var words []string
	for _, a := range e.Args {
		words = append(words, strings.Trim(string(a.Value), `"`)+a.Description)
	}
	return strings.Join(words, " ")
}

// Messages are what the console has complained of since the page began to load.
func (t *Tab) Messages() []Message {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.messages)
}
