package s3api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
)

// table is every operation; byShape finds those of a method and a target.
var (
	table   = append(slices.Clone(served), notServed...)
	byShape = shapes(table)
	// selectors are the parameters that choose an operation. A request that has
	// one never falls through to the operation without: a PUT of an object's ACL
	// must not become its content.
	selectors = selectorsOf(table)
)

// arguments are parameters that tell operations apart and yet may come with a
// selector, or be without meaning.
var arguments = map[string]bool{"list-type": true, "partNumber": true}

type shape struct {
	method string
	on     target
}

func shapes(ops []*Operation) map[shape][]*Operation {
	m := map[shape][]*Operation{}
	for _, op := range ops {
		s := shape{op.match.method, op.match.on}
		m[s] = append(m[s], op)
	}
	return m
}

func selectorsOf(ops []*Operation) map[string]bool {
	m := map[string]bool{}
	for _, op := range ops {
		if q := op.match.query; q != "" && !arguments[q] {
			m[q] = true
		}
	}
	return m
}

// sought is a call whose operation is still to be found, by its method, its query and
// what its path names.
type sought struct {
	*Call
	on target
}

// recognise finds the operation. A preflight has the query of the request that it is about.
func (s sought) recognise() (*Operation, error) {
	if s.Request.Method == http.MethodOptions {
		if ops := byShape[shape{http.MethodOptions, s.on}]; len(ops) > 0 {
			return ops[0], nil
		}
	}
	selector, err := selectorIn(s.Query)
	if err != nil {
		return nil, err
	}
	for _, op := range byShape[shape{s.Request.Method, s.on}] {
		if s.fits(op.match, selector) && (s.point == "" || op.takesPoints()) {
			return op, nil
		}
	}
	return nil, s.notAllowed(selector)
}

func (s sought) fits(m match, selector string) bool {
	if m.header != "" && s.header(m.header) == "" || m.with != "" && !s.Query.Has(m.with) {
		return false
	}
	if !arguments[m.query] {
		return m.query == selector
	}
	v, ok := s.Query.Lookup(m.query)
	return ok && selector == "" && (m.value == "" || m.value == v)
}

// selectorIn is the one parameter of the query that chooses an operation; empty
// when there is none. S3 refuses several.
func selectorIn(q wire.Query) (string, error) {
	if q.Len() == 0 {
		return "", nil
	}
	var found []string
	for p := range q.All() {
		if selectors[p.Name] && !slices.Contains(found, p.Name) {
			found = append(found, p.Name)
		}
	}
	switch len(found) {
	case 0:
		return "", nil
	case 1:
		return found[0], nil
	}
	slices.Sort(found)
	return "", conflictingSelectors(found)
}

// notAllowed is the answer to a method that a resource does not have, with the
// methods that it does have where S3 names them.
func (s sought) notAllowed(selector string) error {
	err := s3err.New(s3err.MethodNotAllowed,
		s3err.E("Method", s.Request.Method), s3err.E("ResourceType", resourceType(s.on, selector)))
	if s.Request.Method == http.MethodHead && hasGET(s.on, selector) {
		return err.WithHeader("Allow", http.MethodGet)
	}
	return err
}

func hasGET(on target, selector string) bool {
	return slices.ContainsFunc(byShape[shape{http.MethodGet, on}], func(op *Operation) bool {
		return op.match.query == selector
	})
}

// conflictingSelectors refuses a query that names several sub-resources, in
// their alphabetical order.
func conflictingSelectors(names []string) error {
	return s3err.Argument("Conflicting query string parameters: "+strings.Join(names, ", "), "ResourceType", names[0])
}

// resourceType is what S3 calls a resource in MethodNotAllowed: the sub-resource
// where there is one.
func resourceType(on target, selector string) string {
	if selector == "" {
		return on.String()
	}
	return strings.ToUpper(strings.ReplaceAll(selector, "-", ""))
}
