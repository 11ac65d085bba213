package bms

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/marquee-tickets/marquee/bms/fault"
	"github.com/marquee-tickets/marquee/bms/store"
)

// sound refuses a text that no engine can look for: Postgres knows no NUL byte and only valid UTF-8, and what SQLite
// would do with either is nobody's wish. What the entities' Validate looks at has been refused there.
func sound[T ~string](field string, text T) error {
	if strings.IndexByte(string(text), 0) >= 0 || !utf8.ValidString(string(text)) {
		return fault.Invalidf(field, "must be valid UTF-8 without NUL bytes")
	}
	return nil
}

// soundAll is sound for several texts.
func soundAll[T ~string](field string, texts []T) error {
	for _, text := range texts {
		if err := sound(field, text); err != nil {
			return err
		}
	}
	return nil
}

// find reads the one thing that has the key. There is none with a key that is not sound.
func find[K ~string, T any](ctx context.Context, db store.DB, key K, read func(store.Tx, context.Context, K) (T, error)) (T, error) {
	if sound("", key) != nil {
		var none T
		return none, store.ErrNotFound
	}
	return view(ctx, db, func(tx store.Tx) (T, error) { return read(tx, ctx, key) })
}

// firstOf returns the first error that is not nil.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
