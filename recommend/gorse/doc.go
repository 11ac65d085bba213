// Package gorse recommends with a Gorse server, which is spoken to over REST.
//
//	client, err := gorse.NewClient(gorse.Config{URL: "http://127.0.0.1:8088", Key: key})
//	engine := gorse.NewEngine(client, gorse.EngineConfig{})
//	feed := gorse.NewFeed(engine, journal, gorse.FeedConfig{Catalogue: catalogue})
//	go feed.Run(ctx) // until ctx ends
//
// It is for Gorse v0.5 and was tried with v0.5.11; a v0.4 server, whose answers mean other things, is refused. deploy/gorse has a
// configuration that suits: which kinds of feedback count for what, and the names of the lists that are asked for.
//
// Guarantees:
//
//   - Every call ends with its context, or after Config.Timeout.
//   - A server that fails is left alone: after 5 failures in 10 seconds calls fail at once, until the server says that it is ready.
//   - Calls are repeated only where that changes nothing. Feedback is written with PUT, as POST adds up.
//   - What a server answers is bounded in size and checked; an answer that makes no sense is an error and no panic.
//   - A Feed loses nothing while the server is away. It gives the changes in the order of the journal, at least once.
//
// What Gorse cannot do: it learns anew every fit_period, so what somebody did shows up in their list after that; a category
// with few items may be answered with fewer than there are, as it filters the first hundred of a list; the list that was made for a
// person who is forgotten stays in its cache until cache_expire, under an id that nobody asks for any more.
package gorse
