package sqldb

import (
	"encoding/json"
	"fmt"
	"time"
)

// Bind returns the arguments in terms that both drivers take: the zero time is
// nil (NULL), other times are UTC and cut to whole microseconds, and JSON is
// its text. Everything else stays as it is. The engines call it; args is not changed.
func Bind(args []any) ([]any, error) {
	var bound []any
	for i, arg := range args {
		v, changed, err := bindOne(arg)
		if err != nil {
			return nil, fmt.Errorf("sqldb: argument $%d: %w", i+1, err)
		}
		if !changed {
			continue
		}
		if bound == nil {
			bound = append(make([]any, 0, len(args)), args...)
		}
		bound[i] = v
	}
	if bound == nil {
		return args, nil
	}
	return bound, nil
}

func bindOne(arg any) (v any, changed bool, err error) {
	switch a := arg.(type) {
	case time.Time:
		return bindTime(a), true, nil
	case *time.Time:
		if a == nil {
			return nil, true, nil
		}
		return bindTime(*a), true, nil
	case json.RawMessage:
		if a == nil {
			return nil, true, nil
		}
		return string(a), true, nil
	case jsonArg:
		v, err = a.MarshalArg()
		return v, true, err
	}
	return nil, false, nil
}

func bindTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Truncate(time.Microsecond)
}

// AppendDests appends to buf what the drivers shall scan into instead of dest, so that
// both keep what Row.Scan promises. The engines call it.
func AppendDests(buf, dest []any) []any {
	for _, d := range dest {
		switch d := d.(type) {
		case *time.Time:
			buf = append(buf, (*timeDest)(d))
		case *json.RawMessage:
			buf = append(buf, (*rawDest)(d))
		default:
			buf = append(buf, d)
		}
	}
	return buf
}

// timeDest scans a time.Time, or the whole microseconds since 1970 that SQLite
// keeps, into UTC; NULL is the zero time.
type timeDest time.Time

// Scan implements sql.Scanner.
func (d *timeDest) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = timeDest{}
	case time.Time:
		*d = timeDest(v.UTC().Truncate(time.Microsecond))
	case int64:
		*d = timeDest(time.UnixMicro(v).UTC())
	default:
		return fmt.Errorf("sqldb: cannot read %T as a time", src)
	}
	return nil
}

// rawDest scans JSON text as it is; NULL is nil.
type rawDest json.RawMessage

// Scan implements sql.Scanner.
func (d *rawDest) Scan(src any) error {
	text, err := jsonText(src)
	if err != nil {
		return err
	}
	*d = rawDest(text)
	return nil
}

// jsonText returns a copy of a column's JSON text, nil for NULL. A bare number is
// kept as a number by an SQLite column of a type without affinity to text.
func jsonText(src any) ([]byte, error) {
	switch v := src.(type) {
	case nil:
		return nil, nil
	case string:
		return []byte(v), nil
	case []byte:
		return append([]byte{}, v...), nil
	case int64, float64:
		return json.Marshal(v)
	}
	return nil, fmt.Errorf("sqldb: cannot read %T as JSON", src)
}
