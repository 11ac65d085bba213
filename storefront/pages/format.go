package pages

import "strconv"

// plural is a number with its noun, in a refusal for programs: "1 seat", "2 seats". Pages say it by the text of the field.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
