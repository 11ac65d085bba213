package pgtest

// Refuse ends a test that has no server.
var Refuse = refuse
