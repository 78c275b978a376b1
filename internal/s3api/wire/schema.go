package wire

import (
	"encoding"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/journal"
)

// ParseSchema is ParseXML of a document that S3 holds against its schema, which is the struct
// that it is read into: an element without a field, and a second one of what is no list,
// are malformed. Elements of another namespace than the root's are passed over, and attributes too;
// the order of elements is free [unsure]. A field of ",any" takes what the others do not.
func ParseSchema(r io.Reader, root string, into any) error {
	t := &schemaTokens{from: &plainTokens{d: xml.NewDecoder(r)}, root: shapeOf(reflect.TypeOf(into))}
	err := parse(t, root, into)
	if err != nil && t.flaw != nil {
		return cause.Explain(err, *t.flaw)
	}
	return err
}

// shape is what an element may have in it.
type shape struct {
	children map[string]*child
	any      bool // whatever else, too
}

type child struct {
	*shape
	many bool
}

// whatever is the shape of what nobody reads.
var whatever = &shape{any: true}

// shapes are those that were derived already, by their type.
var shapes sync.Map

// shapeOf is the shape of what encoding/xml reads into a value of that type.
func shapeOf(t reflect.Type) *shape {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if known, ok := shapes.Load(t); ok {
		return known.(*shape)
	}
	s := &shape{children: map[string]*child{}}
	if t.Kind() == reflect.Struct && !reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		s.addFields(t)
	}
	shapes.Store(t, s)
	return s
}

func (s *shape) addFields(t reflect.Type) {
	for f := range t.Fields() {
		name, flags, _ := strings.Cut(f.Tag.Get("xml"), ",")
		name = name[strings.LastIndexByte(name, ' ')+1:]
		switch {
		case f.Name == "XMLName", name == "-", flags == "attr", !f.IsExported() && !f.Anonymous:
		case flags == "any":
			s.any = true
		case f.Anonymous && name == "":
			s.addFields(f.Type)
		default:
			if name == "" {
				name = f.Name
			}
			s.add(strings.Split(name, ">"), f.Type)
		}
	}
}

// add adds the elements of a field: those that stand around its own are there once.
func (s *shape) add(path []string, t reflect.Type) {
	if len(path) > 1 {
		around := s.children[path[0]]
		if around == nil {
			around = &child{shape: &shape{children: map[string]*child{}}}
			s.children[path[0]] = around
		}
		around.add(path[1:], t)
		return
	}
	many := t.Kind() == reflect.Slice
	if many {
		t = t.Elem()
	}
	s.children[path[0]] = &child{shapeOf(t), many}
}

// schemaTokens passes tokens on up to the first element that the schema does not have.
type schemaTokens struct {
	from  xml.TokenReader
	root  *shape
	space string // of the root element
	open  []level
	flaw  *journal.Cause
}

// level is an element that has begun.
type level struct {
	name string
	of   *shape
	seen map[string]bool
}

// Token is the next token of the document.
func (s *schemaTokens) Token() (xml.Token, error) {
	t, err := s.from.Token()
	switch t := t.(type) {
	case xml.StartElement:
		of := s.child(t.Name)
		if of == nil {
			return nil, errNotPlain
		}
		s.open = append(s.open, level{t.Name.Local, of, map[string]bool{}})
	case xml.EndElement:
		s.open = s.open[:max(len(s.open)-1, 0)]
	}
	return t, err
}

// child is the shape of an element that begins; nil: it may not stand here.
func (s *schemaTokens) child(name xml.Name) *shape {
	if len(s.open) == 0 {
		s.space = name.Space
		return s.root
	}
	in := &s.open[len(s.open)-1]
	known := in.of.children[name.Local]
	switch {
	case known == nil && (in.of.any || name.Space != s.space):
		return whatever
	case known == nil:
		s.unknown(in, name.Local)
		return nil
	case in.seen[name.Local] && !known.many:
		s.flaw = &journal.Cause{
			Text:    fmt.Sprintf("%s has more than one %s, and may have one", in.name, name.Local),
			Element: s.place(name.Local), Seen: "a second one",
		}
		return nil
	}
	in.seen[name.Local] = true
	return known.shape
}

func (s *schemaTokens) unknown(in *level, name string) {
	names := slices.Sorted(maps.Keys(in.of.children))
	text := fmt.Sprintf("S3's schema has no %s in %s", name, in.name)
	if len(names) > 0 {
		text += ": it has " + strings.Join(names, ", ")
	}
	s.flaw = &journal.Cause{Text: text, Element: s.place(name), Wanted: nearest.Name(name, names), Seen: name}
}

// place is where an element stands: the names of those around it, and its own.
func (s *schemaTokens) place(name string) string {
	var around strings.Builder
	for _, l := range s.open {
		around.WriteString(l.name + "/")
	}
	return around.String() + name
}
