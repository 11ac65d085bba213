// Package brand tells whose storefront a request is for, by the host name that it asks, and gives that storefront its looks.
//
//	registry := brand.New(client.Catalog, brand.Config{Name: "Marquee"})
//	err := registry.Load(ctx)                 // and again whenever a brand changes
//	site, ok := registry.Lookup(rc.Host())    // no allocation
//	brand.Enter(rc, site)
//	...
//	site := brand.Of(rc)                      // in whatever answers the request
//
// # Whose programme it is
//
// A site belongs to a partner and shows what that partner puts on, or to nobody in particular and shows everything. What
// another partner puts on is not there, however its address was found.
//
// # Colours
//
// A brand chooses colours by name. They become custom properties in a style sheet of at most 1 KB, whose address has a
// hash of its content. Before that each is held against what it is seen on: text has a contrast of 4.5:1 at
// least and lines and marks 3:1 (WCAG 2.2, success criteria 1.4.3 and 1.4.11), on light and on dark screens. A colour that
// fails keeps its hue and moves to the nearest lightness that passes, which Check reports.
//
// # Drafts
//
// A brand that is a draft is seen only with a link that Previews signs. What a preview shows is kept by nobody.
package brand
