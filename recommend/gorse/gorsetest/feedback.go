package gorsetest

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
)

type feedbackBody struct {
	key
	Value     float64
	Timestamp string
	Comment   string
}

func (s *Server) postFeedback(c *call) { s.storeFeedback(c, false) }
func (s *Server) putFeedback(c *call)  { s.storeFeedback(c, true) }

// storeFeedback overwrites what is there, or adds to its value. What it does not store for want of a user or an item it counts, too.
func (s *Server) storeFeedback(c *call, overwrite bool) {
	var list []feedbackBody
	if !c.read(&list) {
		return
	}
	fresh := map[key]feedback{}
	for _, b := range list {
		at, err := readTime(b.Timestamp)
		if err != nil {
			fail(c, http.StatusBadRequest, err.Error())
			return
		}
		f := feedback{b.key, b.Value, at, at, b.Comment}
		if _, twice := fresh[f.key]; !twice {
			fresh[f.key] = f
		}
	}
	for k, f := range fresh {
		if !s.admit(k) {
			continue
		}
		if old, known := s.feedback[k]; known && !overwrite {
			f.Value += old.Value
			if old.Timestamp.Before(f.Timestamp) {
				f.Timestamp = old.Timestamp
			}
		}
		s.feedback[k] = f
	}
	done(c, len(list))
}

// admit makes the user and the item that there are not, or refuses.
func (s *Server) admit(k key) bool {
	_, hasUser := s.users[k.User]
	_, hasItem := s.items[k.Item]
	if s.cfg.NoInsert {
		return hasUser && hasItem
	}
	if !hasUser {
		s.users[k.User] = user{ID: k.User}
	}
	if !hasItem {
		s.items[k.Item] = item{ID: k.Item}
	}
	return true
}

// listed is the feedback that a test lets through, in the order of Gorse. What is dated later is left out.
func (s *Server) listed(match func(key) bool) []feedback {
	list := []feedback{}
	for _, k := range s.feedbackKeys() {
		if match(k) && !s.feedback[k].Timestamp.After(s.cfg.Now()) {
			list = append(list, s.feedback[k])
		}
	}
	return list
}

func (s *Server) feedbackKeys() []key {
	return slices.SortedFunc(maps.Keys(s.feedback), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.FeedbackType, b.FeedbackType), cmp.Compare(a.User, b.User), cmp.Compare(a.Item, b.Item))
	})
}

func (s *Server) getFeedback(c *call) { s.feedbackPage(c, func(key) bool { return true }) }
func (s *Server) getTypedFeedback(c *call) {
	s.feedbackPage(c, func(k key) bool { return k.FeedbackType == c.id("t") })
}

func (s *Server) feedbackPage(c *call, match func(key) bool) {
	var keys []key
	for _, f := range s.listed(match) {
		keys = append(keys, f.key)
	}
	write := func(k key) []byte { return plain(k) }
	part, next, fine := paged(c, keys, write, func(text []byte) key {
		var k key
		_ = json.Unmarshal(text, &k)
		return k
	})
	if !fine {
		return
	}
	list := []feedback{}
	for _, k := range part {
		list = append(list, s.feedback[k])
	}
	ok(c, map[string]any{"Cursor": next, "Feedback": list})
}

// validType is how types of feedback are written. Any other is stored, and then cannot be asked for.
var validType = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*$`)

func (s *Server) userFeedback(c *call) {
	kind := c.id("t")
	if kind != "" && !validType.MatchString(kind) {
		fail(c, http.StatusBadRequest, "invalid expression format, expected format: <feedback_type>[<operator><value>]")
		return
	}
	ok(c, s.listed(func(k key) bool { return k.User == c.id("u") && (kind == "" || k.FeedbackType == kind) }))
}

func (c *call) pair(k key) bool { return k.User == c.id("u") && k.Item == c.id("i") }

func (s *Server) pairFeedback(c *call) { ok(c, s.listed(c.pair)) }

// tripleFeedback panics when there is none, and the connection is dropped.
func (s *Server) tripleFeedback(c *call) {
	f, known := s.feedback[key{c.id("t"), c.id("u"), c.id("i")}]
	if !known {
		panic(http.ErrAbortHandler)
	}
	ok(c, f)
}

func (s *Server) deletePair(c *call) { s.take(c, c.pair) }

func (s *Server) deleteTriple(c *call) {
	s.take(c, func(k key) bool { return c.pair(k) && k.FeedbackType == c.id("t") })
}

func (s *Server) take(c *call, match func(key) bool) {
	before := len(s.feedback)
	maps.DeleteFunc(s.feedback, func(k key, _ feedback) bool { return match(k) })
	done(c, before-len(s.feedback))
}
