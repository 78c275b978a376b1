package decide

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/s3fault/s3fault/internal/jsontree"
	"github.com/s3fault/s3fault/internal/nearest"
)

// readers are at rest; each has the memory of the trees that it read.
var readers = sync.Pool{New: func() any { return new(jsontree.Reader) }}

// object is a JSON object of which only some members are known. Of several members of one name the last counts, and
// null is as good as absent. encoding/json's structs would take names in any case and merge what is repeated.
type object struct {
	path    string // where it is in the case, with a dot at its end; "" for the case itself
	members []jsontree.Member
}

// newObject reads the case, or an object in it.
func newObject(path string, n *jsontree.Node) (object, error) {
	o := object{path: path, members: n.Members}
	if n.Kind != jsontree.Object {
		return o, wrongType(path, "an object", n.Kind)
	}
	if path != "" {
		o.path += "."
	}
	return o, nil
}

// get returns a member; nil: it is absent.
func (o *object) get(name string) *jsontree.Node {
	for i := len(o.members) - 1; i >= 0; i-- {
		m := &o.members[i]
		switch {
		case m.Name != name:
		case m.Value.Kind == jsontree.Null:
			return nil
		default:
			return &m.Value
		}
	}
	return nil
}

// names are those of the members, in order, each once.
func (o *object) names() []string {
	all := make([]string, len(o.members))
	for i := range o.members {
		all[i] = o.members[i].Name
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// need is get of a member without which there is no case.
func (o *object) need(name string) (*jsontree.Node, error) {
	if n := o.get(name); n != nil {
		return n, nil
	}
	if near := nearest.Name(name, o.names()); near != "" && near != name {
		return nil, fmt.Errorf("%s%s is missing; is %s%s meant to be it?", o.path, name, o.path, near)
	}
	return nil, fmt.Errorf("%s%s is missing", o.path, name)
}

// text returns a string, "" where it is absent.
func (o *object) text(name string) (string, error) {
	n := o.get(name)
	if n == nil {
		return "", nil
	}
	return o.textOf(name, n)
}

func (o *object) needText(name string) (string, error) {
	n, err := o.need(name)
	if err != nil {
		return "", err
	}
	return o.textOf(name, n)
}

func (o *object) textOf(name string, n *jsontree.Node) (string, error) {
	if n.Kind != jsontree.String {
		return "", wrongType(o.path+name, "a string", n.Kind)
	}
	return n.Text(), nil
}

// flag returns a boolean, false where it is absent.
func (o *object) flag(name string) (bool, error) {
	n := o.get(name)
	switch {
	case n == nil:
		return false, nil
	case n.Kind != jsontree.Bool:
		return false, wrongType(o.path+name, "a boolean", n.Kind)
	}
	return n.Raw == "true", nil
}

// each calls visit with the objects of a list, in order.
func (o *object) each(name string, visit func(*object) error) error {
	n := o.get(name)
	if n == nil {
		return nil
	}
	if n.Kind != jsontree.List {
		return wrongType(o.path+name, "a list", n.Kind)
	}
	for i := range n.Members {
		member, err := newObject(o.path+name+"["+strconv.Itoa(i)+"]", &n.Members[i].Value)
		if err != nil {
			return err
		}
		if err := visit(&member); err != nil {
			return err
		}
	}
	return nil
}

func wrongType(path, wanted string, kind jsontree.Kind) error {
	if path == "" {
		path = "the case"
	}
	return fmt.Errorf("%s must be %s, not %s", path, wanted, kind)
}

// unreadable says where a text that is no JSON ends to make sense.
func unreadable(doc []byte) error {
	err := json.Unmarshal(doc, new(json.RawMessage))
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("column %d: %w", syntax.Offset, syntax)
	}
	return err
}
