// Package sandbox is a payment gateway that behaves like a real one and moves
// no money: it has a page where a tester decides what the bank says, declines,
// delays, signed webhooks that come twice, late, out of order or never, and a
// ledger that tells what it took and gave back.
//
//	bank, err := sandbox.New(sandbox.Config{Secret: secret, Journal: "data/sandbox.journal"})
//	go bank.Run(ctx)                                    // delivers the webhooks
//	facts, err := bank.Create(ctx, request)             // facts.RedirectURL is the page
//	response := bank.ServePage(sandbox.PageRequest{…})  // from any HTTP server
//	facts, err = bank.Choose(facts.GatewayRef, sandbox.Choice{Outcome: sandbox.Pay}) // or without the page
//
// With a journal the bank outlives the program, as a real one does: what Create,
// Choose and Refund have returned, and what they did before the program was
// killed, is there again after New.
//
// Every method of Gateway is safe for concurrent use.
package sandbox
