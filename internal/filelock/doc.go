// Package filelock keeps a second process off a folder that one process owns: an advisory lock on an open file, which ends with its
// process in whatever way that ends.
package filelock
