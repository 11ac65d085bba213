package web

// GCPercent is how much garbage our servers let pile up before they collect it, as
// debug.SetGCPercent wants it. A sale makes much garbage on a small heap: with Go's default of 100
// a tenth of the processor collects it, with 300 a thirtieth, for some tens of megabytes more.
const GCPercent = 300
