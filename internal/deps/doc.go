// Package deps holds the walls between the packages of this repository: which may
// import which, what a partner's program is built from, and that every package says
// what it is for. It is tests alone; each failure says what the wall is for.
//
//	go test ./internal/deps          # checks
//	go test ./internal/deps -update  # writes docs/deps.txt, to be reviewed like code
package deps
