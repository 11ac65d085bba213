package seatmap

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/marquee-tickets/marquee/bms/fault"
)

// path is a field of a problem, taken apart: "sections[1].rows[3].seats[7].label".
type path struct {
	list         string // "sections", "categories", "areas" or "drawings"; empty for the map itself
	i, row, seat int    // -1 where the path does not go so deep
	rest         string // "label"
}

var pathForm = regexp.MustCompile(`^([a-z]+)\[(\d+)\](?:\.rows\[(\d+)\])?(?:\.seats\[(\d+)\])?`)

func parsePath(field string) path {
	found := pathForm.FindStringSubmatch(field)
	if found == nil {
		return path{i: -1, row: -1, seat: -1, rest: field}
	}
	return path{
		list: found[1], i: number(found[2]), row: number(found[3]), seat: number(found[4]),
		rest: strings.TrimPrefix(field[len(found[0]):], "."),
	}
}

func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return -1
	}
	return n
}

// relocate gives the problems of a map that was made of something else the places
// where they were written there. A place that position does not know, for which it
// returns the empty string, stays.
func relocate(err error, position func(path) string) error {
	found, ok := errors.AsType[*MapError](err)
	if !ok {
		return err
	}
	moved := &MapError{Problems: make([]*fault.Error, len(found.Problems)), More: found.More}
	for i, problem := range found.Problems {
		there := *problem
		if field := position(parsePath(problem.Field)); field != "" {
			there.Field = field
		}
		moved.Problems[i] = &there
	}
	return moved
}
