// Package edge keeps the pages that are the same for everybody, so that most requests are answered with bytes
// that are ready: rendered once, compressed once, in memory.
//
//	cache, err := edge.New(pages.Handle, edge.Config{Public: pages.Public})
//	server := fasthttp.Server{Handler: cache.Handle}
//	...
//	cache.Purge("event:evt_01k9…") // its pages are made anew
//
// A page says that it may be kept, and what it shows, with Publish. What is not published is
// passed on and never kept.
//
// # What is personal
//
// Pages are rendered from a request that the cache makes itself: the host, the path and the allowed part of the query, nothing
// else. No cookie, header or address of a visitor reaches the code that renders, so none can be in
// what is kept. Everything that changes a page is in its URL.
//
// # What is stale
//
// A page is fresh for a time, then served stale for a time while one request makes it anew, and
// for a longer time while making it fails. Purged pages are never served again: a page that was purged while it was made
// goes to those alone who asked before it was begun, as no-store, and is not kept; who came later waits for the next.
//
// # One render for each page
//
// However many ask for a page that is not there, it is rendered once and all of them get it.
package edge
