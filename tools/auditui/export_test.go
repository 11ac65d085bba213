package main

// List is list, for tests.
type List = list

// Validate says what is wrong with the values of -only, -page and -lang.
func Validate(only, pages, languages []string) error {
	return options{only: only, pages: pages, languages: languages}.validate()
}

// Seams for tests.
var (
	CheckNames = checkNames
	Figures    = figures
)
