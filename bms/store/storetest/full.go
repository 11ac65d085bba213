package storetest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/marquee-tickets/marquee/bms/money"
)

// full returns a T in which every field has a value of its own, down to the last list
// in a list, so that a field that is not kept shows in a comparison. A field that is added
// to an entity is in the tests at once.
func full[T any]() T {
	var v T
	(&filler{}).fill(reflect.ValueOf(&v).Elem(), "")
	return v
}

// filler counts, so that no two values are the same.
type filler struct{ n int }

// awkward is appended to every text: what an encoding could get wrong.
const awkward = " žluťoučký कूर्म 東京 🎭 \"'`\\ <&> $1 ?\n\ttab"

func (f *filler) fill(v reflect.Value, name string) {
	f.n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(start.Add(time.Duration(f.n) * 1_000_001 * time.Microsecond)))
		return
	case money.Currency:
		v.SetString("EUR") // an amount in no currency cannot be read
		return
	case json.RawMessage:
		v.SetBytes(fmt.Appendf(nil, `{"n":%d}`, f.n))
		return
	}
	f.fillKind(v, name)
}

func (f *filler) fillKind(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint(name, " ", f.n, awkward))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Uint8:
		v.SetUint(uint64(f.n % 256))
	case reflect.Float64:
		v.SetFloat(float64(f.n) + 0.1)
	default:
		f.fillParts(v, name)
	}
}

func (f *filler) fillParts(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				f.fill(v.Field(i), field.Name)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0), name)
		f.fill(v.Index(1), name)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), name)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, name)
		f.fill(value, name)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	default:
		panic(fmt.Sprintf("storetest: say how to fill field %s, a %s", name, v.Type()))
	}
}
