package store

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/store/blob"
)

// full is a value of which each field has something of its own, so that one which is left out
// is seen.
func full(v reflect.Value, next *int) {
	*next++
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		full(v.Elem(), next)
	case reflect.Struct:
		switch v.Type() {
		case reflect.TypeFor[time.Time]():
			v.Set(reflect.ValueOf(time.Unix(int64(*next), int64(*next)).UTC()))
			return
		case reflect.TypeFor[Blob]():
			v.Addr().Interface().(*Blob).id = blob.ID(*next)
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				full(v.Field(i), next)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		full(v.Index(0), next)
		full(v.Index(1), next)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		full(key, next)
		full(value, next)
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *next, "\xff"))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*next))
	case reflect.Uint64:
		v.SetUint(uint64(*next))
	default:
		panic("a record has a " + v.Kind().String())
	}
}

// Every field of a record is kept, but where it is (Written, which its key has).
func TestRecordsAreWhole(t *testing.T) {
	next := 0
	o, u, p := &Object{}, &Upload{}, &Part{}
	full(reflect.ValueOf(o).Elem(), &next)
	full(reflect.ValueOf(u).Elem(), &next)
	full(reflect.ValueOf(p).Elem(), &next)
	o.Written = 0
	for i := range o.Parts { // of an object they have none
		o.Parts[i].Chunks = nil
	}
	o2, u2, p2 := &Object{}, &Upload{}, &Part{}
	for _, err := range []error{
		read(written(o.fields), unheld, o2.fields), read(written(u.fields), unheld, u2.fields),
		read(written(p.fields), unheld, p2.fields),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, same := range []struct{ a, b any }{{o, o2}, {u, u2}, {p, p2}} {
		if !reflect.DeepEqual(same.a, same.b) {
			t.Errorf("it was\n%+v\nand is\n%+v", same.a, same.b)
		}
	}
	empty := &Object{}
	if err := read(written((&Object{}).fields), unheld, empty.fields); err != nil || !reflect.DeepEqual(empty, &Object{}) {
		t.Errorf("an empty one is %+v, %v", empty, err)
	}
}

// Bytes that are no record are an error, never the end of the server.
func FuzzRecord(f *testing.F) {
	next := 0
	o := &Object{}
	full(reflect.ValueOf(o).Elem(), &next)
	f.Add(written(o.fields))
	f.Add(written((&Object{}).fields))
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := readObject(text, unheld)
		if err != nil {
			return
		}
		again, err := readObject(written(o.fields), unheld)
		if err != nil || !reflect.DeepEqual(again, o) {
			t.Errorf("it was\n%+v\nand is\n%+v, %v", o, again, err)
		}
		_ = read(text, unheld, new(Upload).fields)
		_ = read(text, unheld, new(Part).fields)
	})
}
