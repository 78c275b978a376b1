package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// decoder is implemented by values that read a node in a way of their own.
type decoder interface{ decode(n *node) error }

// validator is implemented by structs with a rule of form that their fields'
// types do not express. It is asked once the fields are read.
type validator interface{ validate() error }

// decode reads a node into what into points to, strictly: a key that the struct
// does not have, or a value of another type, is an *Error with its place. The
// names of keys are the yaml tags of the struct's fields; a field At of type
// *node is given the node itself. A null, which takes a key away when trees are
// merged, may stand for every value: its key must be known all the same.
func decode(n *node, into any) error { return decodeValue(n, reflect.ValueOf(into).Elem()) }

func decodeValue(n *node, v reflect.Value) error {
	if d, ok := v.Addr().Interface().(decoder); ok {
		return d.decode(n)
	}
	if v.Type() == nodeType {
		v.Set(reflect.ValueOf(n))
		return nil
	}
	if v.Type() == durationType {
		d, err := duration(n)
		v.SetInt(int64(d))
		return err
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return decodeValue(n, v.Elem())
	case reflect.Struct:
		return decodeStruct(n, v)
	case reflect.Map:
		return decodeMap(n, v)
	case reflect.Slice:
		return decodeList(n, v)
	default:
		return decodeScalar(n, v)
	}
}

var (
	nodeType     = reflect.TypeFor[*node]()
	durationType = reflect.TypeFor[time.Duration]()
)

func decodeScalar(n *node, v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		if !n.scalar() {
			return wanted(n, "a text")
		}
		v.SetString(n.text)
	case reflect.Bool:
		if n.kind != boolKind || n.text != "true" && n.text != "false" {
			return wanted(n, "true or false")
		}
		v.SetBool(n.text == "true")
	case reflect.Int:
		i, err := strconv.Atoi(n.text)
		if n.kind != numberKind || err != nil {
			return wanted(n, "a whole number")
		}
		v.SetInt(int64(i))
	default:
		return fail(n, "values of type %s cannot be read", v.Type())
	}
	return nil
}

// wanted is the error for a value of the wrong type.
func wanted(n *node, what string) error {
	if n.scalar() {
		return fail(n, "%s is wanted here, not %q", what, n.text)
	}
	return fail(n, "%s is wanted here, not %s", what, n.kind)
}

func decodeMap(n *node, v reflect.Value) error {
	if n.kind != mappingKind {
		return wanted(n, "a mapping")
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(n.keys)))
	for i, key := range n.keys {
		if n.items[i].kind == nullKind {
			continue
		}
		item := reflect.New(v.Type().Elem()).Elem()
		if err := decodeValue(n.items[i], item); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key.text), item)
	}
	return nil
}

func decodeList(n *node, v reflect.Value) error {
	if n.kind != listKind {
		return wanted(n, "a list")
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
	for i, item := range n.items {
		if err := decodeValue(item, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func decodeStruct(n *node, v reflect.Value) error {
	s := shapeOf(v.Type())
	if n.kind != mappingKind {
		return wanted(n, "a mapping")
	}
	if s.at != nil {
		v.FieldByIndex(s.at).Set(reflect.ValueOf(n))
	}
	for i, key := range n.keys {
		index, ok := s.fields[key.text]
		if !ok {
			return s.unknownKey(key)
		}
		if n.items[i].kind == nullKind {
			continue
		}
		if err := decodeValue(n.items[i], v.FieldByIndex(index)); err != nil {
			return err
		}
	}
	if d, ok := v.Addr().Interface().(validator); ok {
		return d.validate()
	}
	return nil
}

// structShape is what decodeStruct needs to know of a struct type.
type structShape struct {
	what   string // "bucket", for messages
	names  []string
	fields map[string][]int
	at     []int // of the field At; nil: none
}

var shapes sync.Map // reflect.Type to *structShape

func shapeOf(t reflect.Type) *structShape {
	if s, ok := shapes.Load(t); ok {
		return s.(*structShape)
	}
	s := &structShape{what: wordOf(t), fields: make(map[string][]int)}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case f.Name == "At" && f.Type == nodeType:
			if s.at == nil || len(f.Index) < len(s.at) {
				s.at = f.Index
			}
		case name != "" && name != "-":
			s.fields[name] = f.Index
			s.names = append(s.names, name)
		}
	}
	shapes.Store(t, s)
	return s
}

// wordOf makes a struct's name readable: kmsKeyDoc is a "kms key".
func wordOf(t reflect.Type) string {
	var b strings.Builder
	for i, r := range strings.TrimSuffix(t.Name(), "Doc") {
		upper := r >= 'A' && r <= 'Z'
		if upper && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(strings.ToLower(string(r)))
	}
	return b.String()
}

// unknownKey names the key that was probably meant, or else where a key of that
// name belongs.
func (s *structShape) unknownKey(key *node) error {
	e := unknown(key, "key", key.text, s.names)
	e.Message += " in a " + s.what
	if e.Nearest != "" {
		return e
	}
	if places := placesOf(key.text); len(places) > 0 {
		e.Message = fmt.Sprintf("the key %q does not belong in a %s, but in a %s", key.text, s.what, strings.Join(places, " or a "))
	}
	return e
}

// placesOf lists the structs of the scenario file that have the key.
func placesOf(key string) []string {
	seen := make(map[reflect.Type]bool)
	var places []string
	var visit func(t reflect.Type)
	visit = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Map || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || t == nodeType.Elem() || seen[t] {
			return
		}
		seen[t] = true
		s := shapeOf(t)
		if _, ok := s.fields[key]; ok && !slices.Contains(places, s.what) {
			places = append(places, s.what)
		}
		for _, name := range s.names {
			visit(t.FieldByIndex(s.fields[name]).Type)
		}
	}
	visit(reflect.TypeFor[fileDoc]())
	visit(reflect.TypeFor[scenarioDoc]())
	return places
}
