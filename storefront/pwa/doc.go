// Package pwa makes an app of the shop: browsers install it, tickets and the last pages open without a network, and a
// confirmation that was lost with the network is looked up when that is back. The scripts are in storefront/assets/src/pwa; here is what
// the server has to say for them.
//
//	rc.SetBody(pwa.Manifest(pwa.AppOf(name, site, printer, icons...)))   // at /{lang}/app.webmanifest
//	<link rel="manifest" href="/hi/app.webmanifest">                     // a page takes part; without it nothing is started
//	<main { pwa.Keep(until)... }>                                        // this page of tickets may be kept until then
//	<main { pwa.Pending()... }>                                          // the outcome of a payment is not known yet
//	@pwa.OfflineContent(printer)                                         // all of the page /{lang}/offline
//	pwa.Forget(rc)                                                       // the answer to POST /{lang}/forget
//
// The service worker is assets.Worker. What a device keeps, and why, is in docs/adr/0014-what-a-device-keeps.md; how pages and
// scripts meet, in docs/architecture.md.
package pwa
