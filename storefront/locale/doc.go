// Package locale speaks the visitor's language: texts, numbers, money, dates and directions for English, Hindi, Tamil,
// Spanish, German and Arabic.
//
//	catalog, err := locale.New(locale.Config{})          // once
//	p := catalog.Printer("hi", "IN")                     // per page; the same value each time
//	p.T("city.title", locale.With("city", "मुंबई"))      // मुंबई में क्या चल रहा है
//	p.N("show.few_left", 3)                              // 3 जगहें बची हैं
//	p.Money(money.New(250_00, "INR"))                    // ₹250.00
//	p.When(start)                                        // रविवार, 22 नवंबर 2026 को 7:30 pm IST बजे
//
// Which language it is stands in the first segment of the address (FromPath), so that a page may be kept by
// anybody between us and its reader; the visitor's choice and Accept-Language only say where an address without one leads
// (Choose). How values are written follows from the language, and for English from a region: that of the venue, which
// is in the address, too. See package cldr.
//
// Texts are in messages/, one file for each language, by id. docs/translations.md says how to add a text
// or a language. A text that a language lacks is shown in English, and Config.Missing hears of it.
package locale
