// Package market is what the benchmarks of the ad server are held in: a catalogue of ten thousand lines that ask for twelve things, a database of
// networks, a crowd of a million people with browsers, cities and consents, and the ad server over them in a process of its own.
//
//	err := market.Fill(ctx, dir)               // the catalogue and the networks
//	child, err := market.Start(ctx, "ads", …)  // the program itself, run again with -serve
//	crowd := market.NewCrowd(seed)
//	request, who = crowd.Append(request[:0])
//
// All is drawn from seeds, so that two runs ask for the same.
package market
