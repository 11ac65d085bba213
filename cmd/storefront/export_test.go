package main

// Run is the program, for tests.
var Run = run
