// Package form holds the parameters of AWS's control APIs to the form that the public
// models of the services give them: which must be there, lengths, bounds, patterns and
// enumerations. It says what is broken in the sentence that AWS has for it. model.tsv is
// made from the models of botocore; its test makes it anew and holds it against them.
package form

import (
	"bufio"
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

//go:embed model.tsv
var modelTSV string

// newerTSV are rows as those of model.tsv, for actions that botocore does not have yet,
// and the orders in which AWS was recorded to tell an enumeration.
//
//go:embed newer.tsv
var newerTSV string

// Kind is what a value of a type is.
type Kind string

// The kinds, as the models call them. All others (integer, long, boolean, ...) are scalars.
const (
	Structure Kind = "structure"
	List      Kind = "list"
	Map       Kind = "map"
	String    Kind = "string"
	Blob      Kind = "blob" // in base64
)

// Type is a type of a service's model, with what its values are held to.
type Type struct {
	Name      string // as in the model: "userNameType"
	Kind      Kind
	Min, Max  *int64   // of a number its value, of all else its length; nil: no bound
	Pattern   string   // a regular expression of Java's, for the whole text; empty: none
	Enum      []string // in the order of the model
	Told      []string // the enumeration as AWS tells it, where that was recorded
	Sensitive bool
	Members   []Member // of a structure
	Element   *Type    // of a list, and of a map its values
	Key       *Type    // of a map

	pattern func() *regexp.Regexp
}

// Member is a member of a structure.
type Member struct {
	Name     string // as in the model: "UserName"
	Required bool
	Type     *Type
}

// member is the member of that name; nil: there is none that s3fault has.
func (t *Type) member(name string) *Member {
	for i := range t.Members {
		if t.Members[i].Name == name {
			return &t.Members[i]
		}
	}
	return nil
}

// matches says whether the whole of a text is as the type's pattern wants it.
func (t *Type) matches(text string) bool { return t.pattern().MatchString(text) }

// javaEscape is a character as Java's regular expressions write it.
var javaEscape = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

// compile makes a pattern of Java's one of Go's, for the whole text. The test of the table
// compiles them all.
func compile(pattern string) (*regexp.Regexp, error) {
	return regexp.Compile(`\A(?:` + javaEscape.ReplaceAllString(pattern, `\x{$1}`) + `)\z`)
}

// Of is the structure of an action's parameters; nil: the table does not have it.
func Of(service, action string) *Type { return model().actions[service+" "+action] }

// table is the models of all services.
type table struct {
	types   map[string]*Type // by service and name
	actions map[string]*Type
}

var model = sync.OnceValue(func() *table {
	t, err := parse(modelTSV, newerTSV)
	if err != nil {
		panic(err) // it is embedded, and a test reads it
	}
	return t
})

// parse reads tables. Each line is of a service and a kind of row, in columns:
//
//	service action NAME TYPE
//	service type   NAME KIND MIN MAX PATTERN ENUM(a,b) sensitive
//	service list   NAME ELEMENT
//	service map    NAME KEY VALUE
//	service member STRUCTURE NAME TYPE required
//	service told   NAME ENUM(a,b)
func parse(texts ...string) (*table, error) {
	t := &table{types: map[string]*Type{}, actions: map[string]*Type{}}
	for _, text := range texts {
		lines := bufio.NewScanner(strings.NewReader(text))
		lines.Buffer(nil, len(text)+1)
		for n := 1; lines.Scan(); n++ {
			if line := lines.Text(); line != "" && line[0] != '#' {
				if err := t.row(strings.Split(line, "\t")); err != nil {
					return nil, fmt.Errorf("line %d: %w", n, err)
				}
			}
		}
	}
	return t, t.whole()
}

// named is the type of that name, made where a row before its own speaks of it.
func (t *table) named(service, name string) *Type {
	at := service + " " + name
	if t.types[at] == nil {
		t.types[at] = &Type{Name: name}
	}
	return t.types[at]
}

// columns are how many a row of each kind has.
var columns = map[string]int{"action": 4, "type": 9, "list": 4, "map": 5, "member": 6, "told": 4}

func (t *table) row(c []string) error {
	if len(c) < 3 || len(c) != columns[c[1]] {
		return fmt.Errorf("%d columns in %q", len(c), c)
	}
	service, of := c[0], t.named
	switch c[1] {
	case "action":
		t.actions[service+" "+c[2]] = of(service, c[3])
	case "list":
		of(service, c[2]).Element = of(service, c[3])
	case "map":
		of(service, c[2]).Key, of(service, c[2]).Element = of(service, c[3]), of(service, c[4])
	case "told":
		of(service, c[2]).Told = strings.Split(c[3], ",")
	case "member":
		of(service, c[2]).put(Member{Name: c[3], Required: c[5] != "", Type: of(service, c[4])})
	default:
		return of(service, c[2]).read(c[3:])
	}
	return nil
}

// put adds a member, or puts it in the place of an older one.
func (t *Type) put(m Member) {
	if old := t.member(m.Name); old != nil {
		*old = m
		return
	}
	t.Members = append(t.Members, m)
}

// read takes the columns of a row "type", from the kind on.
func (t *Type) read(c []string) (err error) {
	t.Kind, t.Pattern, t.Sensitive = Kind(c[0]), c[3], c[5] != ""
	if c[4] != "" {
		t.Enum = strings.Split(c[4], ",")
	}
	if t.Min, err = bound(c[1]); err != nil {
		return err
	}
	if t.Max, err = bound(c[2]); err != nil {
		return err
	}
	t.pattern = sync.OnceValue(func() *regexp.Regexp {
		re, err := compile(t.Pattern)
		if err != nil {
			panic(err) // a test compiles them all
		}
		return re
	})
	return nil
}

func bound(text string) (*int64, error) {
	if text == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return &n, err
}

// whole says whether every type that a row speaks of has a row of its own.
func (t *table) whole() error {
	for at, is := range t.types {
		if is.Kind == "" {
			return fmt.Errorf("%s has no row", at)
		}
	}
	return nil
}
