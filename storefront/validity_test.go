package storefront_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/net/html"
)

// checkPage checks what makes a page valid and usable for everybody. It runs on every
// page that a test opens.
func checkPage(t *testing.T, p *page) {
	t.Helper()
	at := p.url.Path
	for _, problem := range slices.Concat(
		checkHead(p.doc), checkIDs(p.doc), checkHeadings(p.doc), checkFields(p.doc), checkPictures(p.doc), checkInline(p.doc), checkForms(p.doc),
	) {
		assert.Fail(t, problem, at)
	}
}

// checkHead wants a language, a title and a viewport that can be zoomed.
func checkHead(doc *html.Node) []string {
	var problems []string
	if root := all(doc, "html"); attr(root[0], "lang") == "" || attr(root[0], "dir") == "" {
		problems = append(problems, "the page has no language or direction")
	}
	if titles := all(all(doc, "head")[0], "title"); len(titles) != 1 || strings.TrimSpace(rawText(titles[0])) == "" {
		problems = append(problems, "the page has no title")
	}
	zoomable := false
	for _, meta := range all(doc, "meta") {
		if attr(meta, "name") == "viewport" {
			zoomable = !strings.Contains(attr(meta, "content"), "user-scalable") && !strings.Contains(attr(meta, "content"), "maximum-scale")
		}
	}
	if !zoomable {
		problems = append(problems, "the page has no viewport that can be zoomed")
	}
	if len(all(doc, "main")) != 1 {
		problems = append(problems, "the page has not one main part")
	}
	return problems
}

// rawText is the text right inside a node.
func rawText(n *html.Node) string {
	if n.FirstChild == nil {
		return ""
	}
	return n.FirstChild.Data
}

// checkIDs wants every id once, and everything that refers to one to find it.
func checkIDs(doc *html.Node) []string {
	var problems []string
	ids := map[string]bool{}
	for n := range doc.Descendants() {
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				problems = append(problems, "the id "+id+" is there twice")
			}
			ids[id] = true
		}
	}
	for n := range doc.Descendants() {
		for _, name := range []string{"for", "aria-labelledby", "aria-describedby"} {
			for id := range strings.FieldsSeq(attr(n, name)) {
				if !ids[id] {
					problems = append(problems, name+" refers to "+id+", which is not there")
				}
			}
		}
		if target, ok := strings.CutPrefix(attr(n, "href"), "#"); ok && !ids[target] {
			problems = append(problems, "a link leads to #"+target+", which is not there")
		}
	}
	return problems
}

// checkHeadings wants one first heading, and no level left out.
func checkHeadings(doc *html.Node) []string {
	var problems []string
	first, last := 0, 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || len(n.Data) != 2 || n.Data[0] != 'h' || n.Data[1] < '1' || n.Data[1] > '6' {
			continue
		}
		level := int(n.Data[1] - '0')
		if level == 1 {
			first++
		}
		if level > last+1 {
			problems = append(problems, "a heading of level "+string(n.Data[1])+" follows one of a level that is more than one higher: "+textOf(n))
		}
		last = level
	}
	if first != 1 {
		problems = append(problems, "the page has not one first heading")
	}
	return problems
}

// checkFields wants every field and every frame to have a name.
func checkFields(doc *html.Node) []string {
	labelled := map[string]bool{}
	for _, l := range all(doc, "label") {
		labelled[attr(l, "for")] = true
	}
	var problems []string
	for _, tag := range []string{"input", "select", "textarea"} {
		for _, n := range all(doc, tag) {
			if attr(n, "type") == "hidden" || labelled[attr(n, "id")] && attr(n, "id") != "" || attr(n, "aria-label") != "" || within(n, "label") {
				continue
			}
			problems = append(problems, "the field "+attr(n, "name")+" has no label")
		}
	}
	for _, n := range all(doc, "iframe") {
		if attr(n, "title") == "" {
			problems = append(problems, "a frame has no title")
		}
	}
	for _, n := range append(all(doc, "a"), all(doc, "button")...) {
		if strings.TrimSpace(textOf(n)) == "" && attr(n, "aria-label") == "" && !hidden(n) {
			problems = append(problems, "a link or button to "+attr(n, "href")+" says nothing")
		}
	}
	for _, n := range all(doc, "nav") {
		if attr(n, "aria-label") == "" {
			problems = append(problems, "a navigation has no name")
		}
	}
	return problems
}

func within(n *html.Node, tag string) bool {
	for a := range n.Ancestors() {
		if a.Type == html.ElementNode && a.Data == tag {
			return true
		}
	}
	return false
}

// hidden reports whether screen readers pass over a node.
func hidden(n *html.Node) bool {
	if attr(n, "aria-hidden") == "true" {
		return true
	}
	for a := range n.Ancestors() {
		if attr(a, "aria-hidden") == "true" {
			return true
		}
	}
	return false
}

// checkPictures wants pictures to have a text, or to say that they need none.
func checkPictures(doc *html.Node) []string {
	var problems []string
	for _, n := range all(doc, "img") {
		if !has(n, "alt") {
			problems = append(problems, "the picture "+attr(n, "src")+" has no alternative")
		}
		if attr(n, "width") == "" || attr(n, "height") == "" {
			problems = append(problems, "the picture "+attr(n, "src")+" has no size, so the page jumps when it comes")
		}
	}
	for _, n := range all(doc, "svg") {
		if !hidden(n) && attr(n, "aria-label") == "" {
			problems = append(problems, "a drawing has no name and is not hidden")
		}
	}
	return problems
}

// checkInline wants nothing that our Content-Security-Policy refuses.
func checkInline(doc *html.Node) []string {
	var problems []string
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				problems = append(problems, "the attribute "+a.Key+" of "+n.Data+" is refused by the policy")
			}
			if strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				problems = append(problems, "an address is a script")
			}
		}
	}
	for _, n := range all(doc, "script") {
		if attr(n, "src") == "" && attr(n, "type") != "application/json" && attr(n, "type") != "application/ld+json" {
			problems = append(problems, "a script stands in the page")
		}
	}
	if len(all(doc, "style")) > 0 {
		problems = append(problems, "a style sheet stands in the page")
	}
	return problems
}

// checkForms wants every form to have a button, every button a type, and every form that changes
// something a key, without which sending it twice would do it twice.
func checkForms(doc *html.Node) []string {
	var problems []string
	for _, f := range all(doc, "form") {
		submits, keyed := 0, false
		for _, b := range all(f, "button") {
			if attr(b, "type") == "submit" {
				submits++
			}
		}
		for _, in := range all(f, "input") {
			keyed = keyed || attr(in, "name") == "key" && len(attr(in, "value")) >= 26
		}
		if submits == 0 {
			problems = append(problems, "the form to "+attr(f, "action")+" has no button")
		}
		if attr(f, "method") == "post" && !keyed && !has(f, "data-forget") && !repeatable(attr(f, "action")) {
			problems = append(problems, "the form to "+attr(f, "action")+" has no key")
		}
	}
	for _, b := range all(doc, "button") {
		if attr(b, "type") == "" {
			problems = append(problems, "a button has no type")
		}
	}
	return problems
}

// repeatable reports whether a form needs no key: what it asks for is the same when it is asked for twice.
func repeatable(action string) bool {
	return strings.HasSuffix(action, "/bookings") || strings.Contains(action, "/for-you/") || strings.Contains(action, "/ads/")
}

func TestCheckPage_FindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	bad := `<!doctype html><html><head><meta name="viewport" content="user-scalable=0"></head><body><h1>a</h1><h3>b</h3><h1>c</h1>
		<p id="x"></p><p id="x"></p><label for="gone">l</label><a href="#gone"></a><input name="bare"><iframe></iframe><nav></nav>
		<img src="a.png"><svg></svg><p style="color:red" onclick="x()"></p><a href="javascript:x()">y</a><script>x()</script><style></style>
		<form method="post" action="/x"><button>go</button></form></body></html>`
	doc, err := html.Parse(strings.NewReader(bad))
	assert.NoError(t, err)
	found := slices.Concat(checkHead(doc), checkIDs(doc), checkHeadings(doc), checkFields(doc), checkPictures(doc), checkInline(doc), checkForms(doc))
	for _, want := range []string{
		"no language or direction", "no title", "no viewport", "not one main", "x is there twice", "for refers to gone", "leads to #gone", "more than one higher",
		"not one first heading", "bare has no label", "frame has no title", "says nothing", "navigation has no name", "no alternative", "no size",
		"no name and is not hidden", "style of p", "onclick of p", "address is a script", "script stands", "style sheet stands", "has no key",
		"has no type", "has no button",
	} {
		assert.True(t, slices.ContainsFunc(found, func(s string) bool { return strings.Contains(s, want) }), "%q is not among %q", want, found)
	}
}
