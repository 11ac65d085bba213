package npm

// Recent is recent, for tests.
var Recent = recent
