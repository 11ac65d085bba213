package gorsetest

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

// cacheSize is how long lists in the cache are.
const cacheSize = 100

// row is an entry of a list in the cache. Its categories are those of the item when the list was made, or when it was changed since; only
// the latter have the empty one, which POST session/recommend looks for in vain.
type row struct {
	id         string
	score      float64
	categories []string
	hidden     bool
}

// patchRows has lists follow a changed item at once.
func (s *Server) patchRows(id string, hidden *bool, categories []string) {
	for _, rows := range s.cache {
		for n := range rows {
			if rows[n].id != id {
				continue
			}
			set(&rows[n].hidden, hidden)
			if categories != nil {
				rows[n].categories = categories
			}
		}
	}
}

// search returns what of a list is not hidden and in all categories.
func (s *Server) search(list string, categories []string) []row {
	var found []row
	for _, r := range s.cache[list] {
		if !r.hidden && !slices.ContainsFunc(categories, func(c string) bool { return !slices.Contains(r.categories, c) }) {
			found = append(found, r)
		}
	}
	return found
}

// cached answers with a list of the cache.
func (s *Server) cached(c *call, list string, categories []string) {
	n, fine := c.number("n", 10)
	if !fine {
		return
	}
	offset, fine := c.number("offset", 0)
	if !fine {
		return
	}
	seen := map[string]bool{}
	if u := c.r.URL.Query().Get("user-id"); u != "" {
		for _, f := range s.listed(func(k key) bool { return k.User == u }) {
			seen[f.Item] = true
		}
	}
	rows := slices.DeleteFunc(s.search(list, categories), func(r row) bool { return seen[r.id] })
	s.dated(c, list)
	ok(c, scores(window(rows, offset, n)))
}

// dated says when a list was made, if it was.
func (s *Server) dated(c *call, list string) {
	if at, known := s.made[list]; known {
		c.Header().Set("Last-Modified", at.UTC().Format(time.RFC1123))
	}
}

// window is n rows after offset; a bound that is none gives all.
func window(rows []row, offset, n int) []row {
	rows = rows[min(max(offset, 0), len(rows)):]
	if n > 0 {
		rows = rows[:min(n, len(rows))]
	}
	return rows
}

func scores(rows []row) []score {
	list := []score{}
	for _, r := range rows {
		list = append(list, score{r.id, r.score})
	}
	return list
}

func (s *Server) nonPersonalized(c *call) {
	categories := c.categories()
	if len(categories) == 0 {
		categories = []string{""}
	}
	s.cached(c, nonPersonalized+c.id("name"), categories)
}

func (s *Server) itemToItem(c *call) {
	s.cached(c, itemToItem+cmp.Or(c.id("name"), "alike")+"/"+c.id("i"), c.categories())
}

func (s *Server) noNeighbours(c *call) {
	fail(c, http.StatusNotFound, "user-to-user recommendation is not enabled")
}

func (s *Server) collaborative(c *call) { s.cached(c, collaborative+c.id("u"), c.categories()) }

// newest are the items that are not hidden by their time.
func (s *Server) newest(categories []string) []row {
	var rows []row
	for _, id := range sortedKeys(s.items) {
		i := s.items[id]
		if !i.IsHidden && !slices.ContainsFunc(categories, func(c string) bool { return !slices.Contains(i.Categories, c) }) {
			rows = append(rows, row{id: id, score: float64(i.Timestamp.Unix()), categories: i.Categories})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(b.score, a.score) })
	return rows
}

// latest needs no training. No bound gives nothing here.
func (s *Server) latest(c *call) {
	n, fine := c.number("n", 10)
	if !fine {
		return
	}
	rows := s.newest(c.categories())
	if n == 0 {
		rows = nil
	}
	ok(c, scores(window(rows, 0, n)))
}

// recommend joins the list of the user with what stands in for it, whose scores have other units.
func (s *Server) recommend(c *call) {
	n, fine := c.number("n", 10)
	if !fine {
		return
	}
	offset, fine := c.number("offset", 0)
	if !fine {
		return
	}
	rows := window(s.joined(c.id("u"), c.categories()), offset, n)
	if c.r.Header.Get("X-Api-Version") == "2" && !c.old {
		ok(c, scores(rows))
		return
	}
	ids := []string{}
	for _, r := range rows {
		ids = append(ids, r.id)
	}
	ok(c, ids)
}

// joined is the whole list of a user: collaborative, then like what they chose, popular, latest.
func (s *Server) joined(u string, categories []string) []row {
	gone, chosen := map[string]bool{}, []feedback{}
	for _, f := range s.listed(func(k key) bool { return k.User == u }) {
		if s.cfg.Forget || slices.Contains(s.cfg.Negative, f.FeedbackType) {
			gone[f.Item] = true
		}
		if slices.Contains(s.cfg.Positive, f.FeedbackType) {
			chosen = append(chosen, f)
		}
	}
	slices.SortFunc(chosen, func(a, b feedback) int { return b.Timestamp.Compare(a.Timestamp) })
	popular := categories
	if len(popular) == 0 {
		popular = []string{""}
	}
	var all []row
	for _, part := range [][]row{
		s.search(collaborative+u, categories), s.likeChosen(chosen, categories), s.search(nonPersonalized+"popular", popular), s.newest(categories),
	} {
		for _, r := range part[:min(len(part), cacheSize)] {
			if !gone[r.id] {
				gone[r.id] = true
				all = append(all, r)
			}
		}
	}
	return all
}

// likeChosen sums up the lists of what somebody chose.
func (s *Server) likeChosen(chosen []feedback, categories []string) []row {
	sum := map[string]float64{}
	for _, f := range chosen {
		for _, r := range s.search(itemToItem+"alike/"+f.Item, categories) {
			sum[r.id] += r.score
		}
	}
	return top(sum, cacheSize)
}

// top are the n best, equal ones by their ids.
func top(sum map[string]float64, n int) []row {
	rows := []row{}
	for _, id := range sortedKeys(sum) {
		rows = append(rows, row{id: id, score: sum[id]})
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(b.score, a.score) })
	return rows[:min(n, len(rows))]
}

// session has its defect: it asks lists for a category that their rows lack, and answers null.
func (s *Server) session(c *call) {
	var list []feedbackBody
	if !c.read(&list) {
		return
	}
	n, fine := c.number("n", 10)
	if !fine {
		return
	}
	var found []score
	if len(list) > 0 {
		for _, r := range window(s.search(itemToItem+"alike/"+list[0].Item, []string{c.id("c")}), 0, n) {
			found = append(found, score{r.id, r.score})
		}
	}
	ok(c, found)
}
