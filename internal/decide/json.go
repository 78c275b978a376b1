package decide

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/internal/nearest"
)

// object is a JSON object of which only some members are known. Of several members of one name the last counts, and
// null is as good as absent. encoding/json's structs would take names in any case and merge what is repeated.
type object struct {
	path    string // where it is in the case, with a dot at its end; "" for the case itself
	members []member
}

// newObject reads the case, or an object in one that has been read.
func newObject(path string, raw json.RawMessage) (object, error) {
	o := object{path: path}
	if kind := kindOf(raw); kind != "an object" {
		return o, wrongType(path, "an object", kind)
	}
	if path != "" {
		o.path += "."
	} else if !json.Valid(raw) {
		return o, json.Unmarshal(raw, new(json.RawMessage))
	}
	o.members = membersOf(raw)
	return o, nil
}

// get returns a member; nil: it is absent.
func (o *object) get(name string) json.RawMessage {
	for i := len(o.members) - 1; i >= 0; i-- {
		if o.members[i].name != name {
			continue
		}
		if raw := o.members[i].value; kindOf(raw) != "null" {
			return raw
		}
		return nil
	}
	return nil
}

// names are those of the members, in order, each once.
func (o *object) names() []string {
	all := make([]string, len(o.members))
	for i := range o.members {
		all[i] = o.members[i].name
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// need is get of a member without which there is no case.
func (o *object) need(name string) (json.RawMessage, error) {
	if raw := o.get(name); raw != nil {
		return raw, nil
	}
	if near := nearest.Name(name, o.names()); near != "" && near != name {
		return nil, fmt.Errorf("%s%s is missing; is %s%s meant to be it?", o.path, name, o.path, near)
	}
	return nil, fmt.Errorf("%s%s is missing", o.path, name)
}

// text returns a string, "" where it is absent.
func (o *object) text(name string) (string, error) {
	raw := o.get(name)
	if raw == nil {
		return "", nil
	}
	return textAt(o.path+name, raw)
}

func (o *object) needText(name string) (string, error) {
	raw, err := o.need(name)
	if err != nil {
		return "", err
	}
	return textAt(o.path+name, raw)
}

func textAt(path string, raw json.RawMessage) (string, error) {
	if kind := kindOf(raw); kind != "a string" {
		return "", wrongType(path, "a string", kind)
	}
	return textOf(raw), nil
}

// flag returns a boolean, false where it is absent.
func (o *object) flag(name string) (set bool, err error) {
	raw := o.get(name)
	switch kind := kindOf(raw); {
	case raw == nil:
		return false, nil
	case kind != "a boolean":
		return false, wrongType(o.path+name, "a boolean", kind)
	}
	return set, json.Unmarshal(raw, &set)
}

// each calls visit with the objects of a list, in order.
func (o *object) each(name string, visit func(object) error) error {
	raw := o.get(name)
	if raw == nil {
		return nil
	}
	if kind := kindOf(raw); kind != "a list" {
		return wrongType(o.path+name, "a list", kind)
	}
	for i, item := range itemsOf(raw) {
		member, err := newObject(o.path+name+"["+strconv.Itoa(i)+"]", item)
		if err != nil {
			return err
		}
		if err := visit(member); err != nil {
			return err
		}
	}
	return nil
}

func wrongType(path, wanted, kind string) error {
	if path == "" {
		path = "the case"
	}
	return fmt.Errorf("%s must be %s, not %s", path, wanted, kind)
}

// kindOf says what a JSON value is, by the first of its bytes that is no white space.
func kindOf(raw json.RawMessage) string {
	for _, b := range raw {
		switch b {
		case ' ', '\t', '\n', '\r':
			continue
		case '{':
			return "an object"
		case '[':
			return "a list"
		case '"':
			return "a string"
		case 't', 'f':
			return "a boolean"
		case 'n':
			return "null"
		}
		return "a number"
	}
	return "absent"
}

// unreadable returns where in the text the JSON ends to make sense or, where all of it does, the error given.
func unreadable(doc []byte, err error) error {
	var syntax *json.SyntaxError
	if errors.As(json.Unmarshal(doc, new(json.RawMessage)), &syntax) {
		return fmt.Errorf("column %d: %w", syntax.Offset, syntax)
	}
	return err
}
