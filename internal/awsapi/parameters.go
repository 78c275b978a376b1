package awsapi

import (
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// parameters are those of a query API: flat names, in which dots lead into
// structures and numbers count list elements from 1.
type parameters struct {
	values url.Values
	// prefixes are the beginnings of all names, each up to a dot.
	prefixes map[string]bool
	// member stands between a list's name and its numbers: ".member", or nothing.
	member string
}

// maxDepth bounds the dots of a name that are looked at.
const maxDepth = 12

func newParameters(values url.Values, member string) *parameters {
	p := &parameters{values: values, prefixes: map[string]bool{}, member: member}
	for name := range values {
		depth := 0
		for i, r := range name {
			if r == '.' && depth < maxDepth {
				p.prefixes[name[:i]] = true
				depth++
			}
		}
	}
	return p
}

func (p *parameters) has(name string) bool { return p.values.Has(name) || p.prefixes[name] }

// unreadable is a value that is not of its parameter's type.
type unreadable struct{ name, value string }

// fill sets the fields of a struct.
func (p *parameters) fill(prefix string, into reflect.Value) *unreadable {
	for i := range into.NumField() {
		field := into.Type().Field(i)
		if field.Anonymous {
			if err := p.fill(prefix, into.Field(i)); err != nil {
				return err
			}
			continue
		}
		if !field.IsExported() {
			continue
		}
		name, _ := wireName(field)
		if err := p.set(prefix+name, into.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

// wireName is a field's name in the API, and whether it must be there.
func wireName(f reflect.StructField) (name string, required bool) {
	name, option, _ := strings.Cut(f.Tag.Get("aws"), ",")
	if name == "" {
		name = f.Name
	}
	return name, option == "required"
}

// set gives a field the parameter of that name; absent ones leave it as it is.
func (p *parameters) set(name string, into reflect.Value) *unreadable {
	if !p.has(name) {
		return nil
	}
	value := p.values.Get(name)
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return p.set(name, into.Elem())
	case reflect.Struct:
		return p.fill(name+".", into)
	case reflect.Slice:
		return p.list(name, into)
	case reflect.String:
		into.SetString(value)
	case reflect.Bool:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return &unreadable{name, value}
		}
		into.SetBool(b)
	case reflect.Int, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(value, 10, into.Type().Bits())
		if err != nil {
			return &unreadable{name, value}
		}
		into.SetInt(n)
	}
	return nil
}

// list reads NAME.member.1, NAME.member.2 and so on, up to the first that is not
// there. A name without anything behind it is an empty list.
func (p *parameters) list(name string, into reflect.Value) *unreadable {
	into.Set(reflect.MakeSlice(into.Type(), 0, 4))
	for n := 1; ; n++ {
		element := name + p.member + "." + strconv.Itoa(n)
		if !p.has(element) {
			return nil
		}
		item := reflect.New(into.Type().Elem()).Elem()
		if err := p.set(element, item); err != nil {
			return err
		}
		into.Set(reflect.Append(into, item))
	}
}

// required finds the first parameter that must be there and is not.
func (c *Call) required() error {
	name := missingIn("", reflect.ValueOf(c.in).Elem())
	if name == "" {
		return nil
	}
	for _, missing := range []func(string) error{c.Service.Missing, c.Service.Protocol.words().missing} {
		if missing != nil {
			return missing(name)
		}
	}
	return c.Invalid(name, nil, "Member must not be null")
}

// missingIn is the name of the first required field that is empty, with the names
// that lead to it; empty: there is none.
func missingIn(prefix string, in reflect.Value) string {
	for i := range in.NumField() {
		field, value := in.Type().Field(i), in.Field(i)
		if field.Anonymous {
			if name := missingIn(prefix, value); name != "" {
				return name
			}
			continue
		}
		if !field.IsExported() {
			continue
		}
		name, required := wireName(field)
		if required && value.IsZero() {
			return prefix + name
		}
		if below := missingBelow(prefix+name, value); below != "" {
			return below
		}
	}
	return ""
}

func missingBelow(name string, value reflect.Value) string {
	switch value.Kind() {
	case reflect.Struct:
		return missingIn(name+".", value)
	case reflect.Pointer:
		if !value.IsNil() {
			return missingBelow(name, value.Elem())
		}
	case reflect.Slice:
		for i := range value.Len() {
			if below := missingBelow(name+"."+strconv.Itoa(i+1)+".member", value.Index(i)); below != "" {
				return below
			}
		}
	}
	return ""
}
