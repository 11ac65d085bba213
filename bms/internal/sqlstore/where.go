package sqlstore

import (
	"strconv"
	"strings"
)

// where collects the conditions of a query whose selection is optional. An absent condition is absent from the
// text, so that the planner sees just what narrows.
type where struct {
	text strings.Builder
	args []any
}

// add appends the condition when it is wanted; its one "?" becomes the parameter's number.
func (w *where) add(wanted bool, condition string, arg any) {
	if !wanted {
		return
	}
	word := " and "
	if w.text.Len() == 0 {
		word = " where "
	}
	w.text.WriteString(word + strings.Replace(condition, "?", w.arg(arg), 1))
}

// arg appends a parameter and returns its name.
func (w *where) arg(v any) string {
	w.args = append(w.args, v)
	return "$" + strconv.Itoa(len(w.args))
}

func (w *where) String() string { return w.text.String() }
