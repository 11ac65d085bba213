// Package geo says where in the world an address of the internet is, from a MaxMind database (City or Country, also
// those of DB-IP in the same format) that whoever runs the program brings along. None is part of this repository: their licences
// forbid it or ask for attribution. Without one every address is nowhere, and the program works.
//
//	places := geo.New("/var/lib/geoip/GeoLite2-City.mmdb", geo.Config{Logger: log})
//	err := places.Reload()             // now, so that a wrong path shows at the start
//	go places.Run(ctx)                 // takes up new editions until ctx ends
//	at := places.Lookup(web.Client(rc)) // at.Country, at.City, at.Currency; the zero Place when not known
//
// Two more kinds of databases say whose network an address is in (NewProviders) and whether it hides who is behind it
// (NewProxies); what judges traffic asks them.
//
// A place is a guess, good for a default that a person can change, and nothing to rely on. By the rule of the edge
// cache it may choose where "/" leads, and never what a page with an address of its own shows.
//
// A database is read into memory instead of being mapped: who copies a new edition over the old file would end a
// program that has it mapped. So an old edition needs no closing, it is garbage when its last lookup is done, and for a moment
// there are two in memory (GeoLite2 City: 60 MB each).
package geo
