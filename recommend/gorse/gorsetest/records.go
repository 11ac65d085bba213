package gorsetest

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"time"
)

// Bodies of requests, in which times are text.
type (
	itemBody struct {
		ID         string `json:"ItemId"`
		IsHidden   bool
		Categories []string
		Timestamp  string
		Labels     any
		Comment    string
	}
	itemPatch struct {
		IsHidden   *bool
		Categories []string
		Timestamp  *time.Time
		Labels     any
		Comment    *string
	}
	userPatch struct {
		Labels  any
		Comment *string
	}
)

func (s *Server) postItem(c *call) {
	var one itemBody
	if c.read(&one) {
		s.storeItems(c, []itemBody{one})
	}
}

func (s *Server) postItems(c *call) {
	var list []itemBody
	if c.read(&list) {
		s.storeItems(c, list)
	}
}

// storeItems stores all or none. Of two with the same id the first counts, and the lists of items that they are in follow each.
func (s *Server) storeItems(c *call, list []itemBody) {
	for _, i := range list {
		if err := checkLabels(i.Labels); err != nil {
			fail(c, http.StatusBadRequest, err.Error())
			return
		}
	}
	fresh := map[string]item{}
	for _, i := range list {
		at, err := readTime(i.Timestamp)
		if err != nil {
			fail(c, http.StatusBadRequest, err.Error())
			return
		}
		if _, twice := fresh[i.ID]; !twice {
			fresh[i.ID] = item{i.ID, i.IsHidden, i.Categories, at, i.Labels, i.Comment}
		}
		s.patchRows(i.ID, &i.IsHidden, slices.Concat(i.Categories, []string{""}))
	}
	maps.Copy(s.items, fresh)
	done(c, len(list))
}

func (s *Server) getItem(c *call) {
	if i, known := s.items[c.id("i")]; known {
		ok(c, i)
		return
	}
	fail(c, http.StatusNotFound, c.id("i")+": item not found")
}

// patchItem says that it changed one, whether there is one or not.
func (s *Server) patchItem(c *call) {
	var patch itemPatch
	if !c.read(&patch) {
		return
	}
	if err := checkLabels(patch.Labels); err != nil {
		fail(c, http.StatusBadRequest, err.Error())
		return
	}
	var categories []string
	if patch.Categories != nil {
		categories = slices.Concat(patch.Categories, []string{""})
	}
	s.patchRows(c.id("i"), patch.IsHidden, categories)
	if i, known := s.items[c.id("i")]; known {
		set(&i.IsHidden, patch.IsHidden)
		set(&i.Timestamp, patch.Timestamp)
		set(&i.Comment, patch.Comment)
		if patch.Categories != nil {
			i.Categories = patch.Categories
		}
		if patch.Labels != nil {
			i.Labels = patch.Labels
		}
		s.items[i.ID] = i
	}
	done(c, 1)
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (s *Server) deleteItem(c *call) {
	id := c.id("i")
	delete(s.items, id)
	for k := range s.feedback {
		if k.Item == id {
			delete(s.feedback, k)
		}
	}
	for name, rows := range s.cache {
		s.cache[name] = slices.DeleteFunc(rows, func(r row) bool { return r.id == id })
	}
	done(c, 1)
}

func (s *Server) putCategory(c *call) {
	s.recategorize(c, func(list []string) []string {
		if slices.Contains(list, c.id("c")) {
			return list
		}
		return append(list, c.id("c"))
	})
}

func (s *Server) deleteCategory(c *call) {
	s.recategorize(c, func(list []string) []string {
		return slices.DeleteFunc(list, func(name string) bool { return name == c.id("c") })
	})
}

// recategorize fails with 500 for an item that there is not.
func (s *Server) recategorize(c *call, change func([]string) []string) {
	i, known := s.items[c.id("i")]
	if !known {
		fail(c, http.StatusInternalServerError, c.id("i")+": item not found")
		return
	}
	i.Categories = change(slices.Clone(i.Categories))
	s.items[i.ID] = i
	s.patchRows(i.ID, nil, slices.Concat(i.Categories, []string{""}))
	done(c, 1)
}

func (s *Server) getItems(c *call) {
	if c.r.URL.Query().Get("q") != "" {
		fail(c, http.StatusBadRequest, "item search is not supported because [recommend.search].columns is empty")
		return
	}
	ids, next, fine := paged(c, sortedKeys(s.items), func(id string) []byte { return []byte(id) }, func(text []byte) string { return string(text) })
	if !fine {
		return
	}
	list := []item{}
	for _, id := range ids {
		list = append(list, s.items[id])
	}
	ok(c, map[string]any{"Cursor": next, "Items": list})
}

// paged cuts a page out of sorted keys. The cursor is the key of the next page in base64. No bound gives no rows and a cursor, which
// never ends; a negative one is a panic, as in Gorse.
func paged[K any](c *call, keys []K, write func(K) []byte, read func([]byte) K) (part []K, next string, fine bool) {
	n, fine := c.number("n", 10)
	if !fine {
		return nil, "", false
	}
	text, err := base64.StdEncoding.DecodeString(c.r.URL.Query().Get("cursor"))
	if err != nil {
		fail(c, http.StatusInternalServerError, err.Error())
		return nil, "", false
	}
	if n < 0 {
		panic(http.ErrAbortHandler)
	}
	if len(text) > 0 {
		from := string(write(read(text)))
		for len(keys) > 0 && string(write(keys[0])) < from {
			keys = keys[1:]
		}
	}
	if len(keys) > n {
		return keys[:n], base64.StdEncoding.EncodeToString(write(keys[n])), true
	}
	return keys, "", true
}

func (s *Server) postUser(c *call) {
	var one user
	if c.read(&one) {
		s.storeUsers(c, []user{one})
	}
}

func (s *Server) postUsers(c *call) {
	var list []user
	if c.read(&list) {
		s.storeUsers(c, list)
	}
}

func (s *Server) storeUsers(c *call, list []user) {
	fresh := map[string]user{}
	for _, u := range list {
		if err := checkLabels(u.Labels); err != nil {
			fail(c, http.StatusBadRequest, err.Error())
			return
		}
		if _, twice := fresh[u.ID]; !twice {
			fresh[u.ID] = u
		}
	}
	maps.Copy(s.users, fresh)
	done(c, len(list))
}

func (s *Server) getUser(c *call) {
	if u, known := s.users[c.id("u")]; known {
		ok(c, u)
		return
	}
	fail(c, http.StatusNotFound, c.id("u")+": user not found")
}

func (s *Server) patchUser(c *call) {
	var patch userPatch
	if !c.read(&patch) {
		return
	}
	if err := checkLabels(patch.Labels); err != nil {
		fail(c, http.StatusBadRequest, err.Error())
		return
	}
	if u, known := s.users[c.id("u")]; known {
		set(&u.Comment, patch.Comment)
		if patch.Labels != nil {
			u.Labels = patch.Labels
		}
		s.users[u.ID] = u
	}
	done(c, 1)
}

// deleteUser erases feedback, too. The lists made for the user stay in the cache.
func (s *Server) deleteUser(c *call) {
	delete(s.users, c.id("u"))
	for k := range s.feedback {
		if k.User == c.id("u") {
			delete(s.feedback, k)
		}
	}
	done(c, 1)
}

func (s *Server) getUsers(c *call) {
	ids, next, fine := paged(c, sortedKeys(s.users), func(id string) []byte { return []byte(id) }, func(text []byte) string { return string(text) })
	if !fine {
		return
	}
	list := []user{}
	for _, id := range ids {
		list = append(list, s.users[id])
	}
	ok(c, map[string]any{"Cursor": next, "Users": list})
}
