// Package gorsetest is a Gorse server of v0.5.11 in memory, for tests. It answers as the real one does, its oddities included, and
// recommends by the same formulas, though it learns only when Train is called.
//
//	server := gorsetest.New(gorsetest.Config{Key: "secret"})
//	client, err := gorse.NewClient(gorse.Config{URL: gorsetest.URL, Key: "secret", Transport: server.Transport()})
//	server.Suffer(gorsetest.Down) // and server.Suffer(gorsetest.Well)
//
// Transport needs no sockets, so that tests with it can run in a bubble of testing/synctest; Server is a http.Handler, too.
package gorsetest
