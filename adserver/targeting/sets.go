package targeting

import "slices"

// Sets of values are sorted slices in which each value is once.

func setOf(values []string) []string {
	set := slices.Clone(values)
	slices.Sort(set)
	return slices.Compact(set)
}

func union(a, b []string) []string { return setOf(slices.Concat(a, b)) }

func intersection(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(v string) bool { return !contains(b, v) })
}

func difference(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(v string) bool { return contains(b, v) })
}

func disjoint(a, b []string) bool {
	return !slices.ContainsFunc(a, func(v string) bool { return contains(b, v) })
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(v string) bool { return !contains(b, v) })
}

func contains(set []string, value string) bool {
	_, found := slices.BinarySearch(set, value)
	return found
}
