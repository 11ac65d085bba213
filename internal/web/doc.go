// Package web is what every HTTP server of this project stands on: a fasthttp
// server with limits, timeouts and a graceful end, request ids, an access log,
// recovered panics, security headers, health, the guard against forged requests, the
// visitor's cookie, and errors as RFC 9457 problem details.
//
// A handler gets a *fasthttp.RequestCtx that is used again once it returns, so
// it never leaves the handler and is not passed on as a
// context.Context: Context returns one that ends in time, and byte slices are copied.
package web
