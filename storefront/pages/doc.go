// Package pages is the storefront as people see it: HTML rendered on the server, which sells
// a seat without any script in the browser. The script adds what only it can: seats that
// change while one looks, a countdown, a running total.
//
// How it is put together:
//
//   - Each page has a handler, which reads from the SDK, and a template, which gets text that is
//     ready to be shown: templates format nothing and decide little.
//   - Every form carries a key made for this rendering, so that sending it twice does a thing once,
//     and is answered with a redirect: going back or reloading repeats nothing.
//   - A hold's secret travels in an HttpOnly cookie of its own and never in an address, which
//     people share, browsers remember and other sites are told. A booking's link does travel in the address: it is
//     made to be mailed and opened on another device.
//   - The pages that many share (cities, what is on, an event) set no cookie.
package pages
