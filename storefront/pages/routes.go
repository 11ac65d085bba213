package pages

import "strings"

// Routes are what browsers may ask the pages for, in the order in which they are matched: the method and the path, with "*" for what
// differs, as in "GET /shows/*".
func (p *Pages) Routes() []string {
	list := make([]string, len(p.routes))
	for i, r := range p.routes {
		list[i] = r.method + " /" + strings.Join(r.segments, "/")
	}
	return list
}
