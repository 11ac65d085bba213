package api

import (
	"bytes"
	"context"
	"slices"
	"strings"
)

// handler answers one request or returns the error to answer with.
type handler func(ctx context.Context, c *call) error

// route is one line of the table of routes. A segment of the path in braces stands
// for any one segment.
type route struct {
	method string
	path   string // below /api: "/v1/holds/{id}"
	handle handler
}

// node is one segment of the paths. A name of its own goes before a parameter.
type node struct {
	names map[string]*node
	param *node
	verbs []route
	allow string // methods, as the Allow header lists them
}

// newTree makes the tree of the routes.
func newTree(routes []route) *node {
	root := &node{}
	for _, r := range routes {
		n := root
		for segment := range strings.SplitSeq(r.path[1:], "/") {
			n = n.child(segment)
		}
		n.verbs = append(n.verbs, r)
	}
	root.listMethods()
	return root
}

// child returns the node below n for a segment of a route, making it when it is not there.
func (n *node) child(segment string) *node {
	if strings.HasPrefix(segment, "{") {
		if n.param == nil {
			n.param = &node{}
		}
		return n.param
	}
	if n.names[segment] == nil {
		if n.names == nil {
			n.names = map[string]*node{}
		}
		n.names[segment] = &node{}
	}
	return n.names[segment]
}

// listMethods fills in what each node allows.
func (n *node) listMethods() {
	methods := []string{"OPTIONS"}
	for _, r := range n.verbs {
		methods = append(methods, r.method)
		if r.method == "GET" {
			methods = append(methods, "HEAD")
		}
	}
	slices.Sort(methods)
	n.allow = strings.Join(methods, ", ")
	for _, below := range n.names {
		below.listMethods()
	}
	if n.param != nil {
		n.param.listMethods()
	}
}

// maxParams is the most parameters that a route has.
const maxParams = 2

// params are the segments that stood for parameters, in the order of the path.
type params [maxParams]string

// find returns the node of a path below /api, nil when no route has it. It allocates only the parameters.
func (n *node) find(path []byte) (*node, params) {
	var found params
	count := 0
	for more := true; more; {
		var segment []byte
		segment, path, more = bytes.Cut(path, []byte("/"))
		next := n.names[string(segment)]
		if next == nil && n.param != nil && len(segment) > 0 {
			next = n.param
			found[count] = string(segment)
			count++
		}
		if next == nil {
			return nil, params{}
		}
		n = next
	}
	if len(n.verbs) == 0 {
		return nil, params{}
	}
	return n, found
}

// handler returns what answers a method, nil when nothing does. HEAD is answered as GET
// without its body.
func (n *node) handler(method []byte) handler {
	if string(method) == "HEAD" {
		method = []byte("GET")
	}
	for _, r := range n.verbs {
		if r.method == string(method) {
			return r.handle
		}
	}
	return nil
}
