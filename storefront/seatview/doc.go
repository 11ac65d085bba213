// Package seatview gives the element <bms-seatmap> what it needs: the geometry of a hall, compressed and under an address that
// says its content, and the element's configuration.
//
//	halls := seatview.NewCache(0)
//	g := halls.Of(plan)
//	g.Digest      // part of the address, which then never changes
//	g.Serve(rc)   // answers with the smallest form that the browser takes
//
// What the element and a page tell each other is written in storefront/assets/README.md. The format of the geometry is that of
// seatmap.Geometry; Decode reads it as the element does. 50,000 seats are 6 KB.
package seatview
