package policy

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/internal/jsontree"
	"github.com/s3fault/s3fault/internal/nearest"
)

// variablesVersion is the only version of the language that knows policy variables.
const variablesVersion = "2012-10-17"

// versions are the values that the Version element may have.
var versions = []string{variablesVersion, "2008-10-17"}

var (
	topElements = []string{"Version", "Id", "Statement"}
	elements    = []string{"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
		"NotResource", "Condition"}
	principalFamilies = []string{"AWS", "Service", "Federated", "CanonicalUser"}
)

// compiler turns a document's tree into statements and gathers everything that is wrong with it.
type compiler struct {
	policy *Policy
	syntax syntax // of resources and string conditions under the document's version
}

// compile never fails: what is wrong with the document is in the defects of the policy that it returns.
func compile(doc []byte, lenient bool) *Policy {
	p := &Policy{source: string(doc), public: -1}
	c := compiler{policy: p}
	reader := readers.Get().(*jsontree.Reader)
	root, err := decodeJSON(reader, p.source, lenient)
	switch {
	case err != nil:
		c.report(&Error{Message: jsonMessage(doc), Detail: err.Error(), phase: phaseJSON, severity: unreadable})
	case root.Kind != jsontree.Object:
		c.fatal(phaseJSON, "", msgFirstByte, "the document is "+root.Kind.String())
	default:
		c.document(root)
	}
	reader.Forget()
	readers.Put(reader)
	p.public = p.findPublic()
	return p
}

// jsonMessage tells a document that is not even an object from one with an error inside, as S3 does.
func jsonMessage(doc []byte) string {
	if len(doc) == 0 || doc[0] != '{' {
		return msgFirstByte
	}
	return msgInvalidJSON
}

func (c *compiler) report(e *Error) { c.policy.defects = append(c.policy.defects, e) }

// fatal reports what makes a document meaningless.
func (c *compiler) fatal(at phase, path, message, detail string) {
	c.report(&Error{Path: path, Message: message, Detail: detail, phase: at, severity: fatal})
}

// flawed reports a statement that lacks an element, or has it twice.
func (c *compiler) flawed(path, element, message, detail string) {
	c.report(&Error{Path: path, Message: message, Detail: detail, phase: phaseGrammar, severity: fatal, element: element})
}

func (c *compiler) wrongType(at *place, wanted string, n node) {
	c.fatal(phaseJSON, at.path(), msgInvalidJSON, fmt.Sprintf("must be %s, not %s", wanted, n.Kind))
}

func (c *compiler) document(root node) {
	for i := range root.Members {
		if name := root.Members[i].Name; !slices.Contains(topElements, name) {
			c.unknown(name, name, topElements)
		}
	}
	if id, ok := memberOf(&root, "Id"); ok && id.Kind != jsontree.String {
		c.wrongType(&place{name: "Id"}, "a string", id)
	}
	if version, ok := memberOf(&root, "Version"); ok {
		c.version(version)
	}
	c.syntax = syntax{wildcards: true, variables: c.policy.version == variablesVersion}
	list, ok := memberOf(&root, "Statement")
	if !ok {
		c.fatal(phaseGrammar, "", msgMissing+"Statement", "")
		return
	}
	c.statements(list)
}

// unknown reports an element that no policy has. AWS refuses it; evaluation does not need to.
func (c *compiler) unknown(path, name string, known []string) {
	c.report(&Error{Path: path, Message: msgUnknownField + name, Nearest: nearest.Name(name, known), phase: phaseGrammar})
}

func (c *compiler) version(n node) {
	if n.Kind != jsontree.String {
		c.wrongType(&place{name: "Version"}, "a string", n)
		return
	}
	c.policy.version = n.Text()
	if !slices.Contains(versions, n.Text()) {
		c.report(&Error{Path: "Version", Message: msgVersion, Detail: n.Text(), Nearest: nearest.Name(n.Text(), versions),
			phase: phaseGrammar})
	}
}

func (c *compiler) statements(list node) {
	items := list.Members
	switch list.Kind {
	case jsontree.Object:
		items = []member{{Value: list}}
	case jsontree.List:
	default:
		c.wrongType(&place{name: "Statement"}, "an object or a list of objects", list)
		return
	}
	c.policy.statements = make([]statement, 0, len(items))
	for i := range items {
		item, at := items[i].Value, place{name: pathOf(i)}
		before := len(c.policy.defects)
		s := statement{effect: Deny, noObject: item.Kind != jsontree.Object}
		if s.noObject {
			c.wrongType(&at, "an object", item)
		} else {
			s = c.statement(&at, item)
		}
		s.void = firstFatal(c.policy.defects[before:])
		c.policy.canDeny = c.policy.canDeny || s.effect == Deny
		c.policy.statements = append(c.policy.statements, s)
	}
}

// pathOf is the path of a statement.
func pathOf(i int) string { return "Statement[" + strconv.Itoa(i) + "]" }

// place is an element of a document; its path is put together for who reports an error there.
type place struct {
	in   *place // nil: in the document itself
	name string
}

func (p *place) path() string {
	if p.in == nil {
		return p.name
	}
	return p.in.path() + "." + p.name
}

// firstFatal returns the first fault that makes a statement meaningless. A fault in its Sid does not.
func firstFatal(defects []*Error) *Error {
	for _, d := range defects {
		if d.severity >= fatal && d.elementOf() != "Sid" {
			return d
		}
	}
	return nil
}

func (c *compiler) statement(at *place, n node) statement {
	for i := range n.Members {
		if name := n.Members[i].Name; !slices.Contains(elements, name) {
			c.unknown((&place{at, name}).path(), name, elements)
		}
	}
	var s statement
	if sid, ok := memberOf(&n, "Sid"); ok {
		if s.sid = textOf(&sid); sid.Kind != jsontree.String {
			c.wrongType(&place{at, "Sid"}, "a string", sid)
		}
	}
	s.effect = c.effect(at, n)
	if element, value, ok := c.either(at, n, "Principal"); ok {
		s.principals = c.principals(&place{at, element}, element, value)
	}
	if element, value, ok := c.either(at, n, "Action"); ok {
		s.actions = c.patterns(&place{at, element}, element, value, syntax{wildcards: true, fold: true})
		s.actions.findRows()
	} else {
		c.flawed(at.path(), "Action", msgMissing+"Action", "")
	}
	if element, value, ok := c.either(at, n, "Resource"); ok {
		resources := c.patterns(&place{at, element}, element, value, c.syntax)
		s.resources = &resources
	}
	if block, ok := memberOf(&n, "Condition"); ok {
		s.conditions = c.conditions(&place{at, "Condition"}, block)
	}
	return s
}

func (c *compiler) effect(at *place, n node) Effect {
	value, ok := memberOf(&n, "Effect")
	switch {
	case !ok:
		c.flawed(at.path(), "Effect", msgMissing+"Effect", "")
	case value.Kind != jsontree.String:
		c.wrongType(&place{at, "Effect"}, "a string", value)
	case value.Text() == Allow.String():
		return Allow
	case value.Text() != Deny.String():
		c.report(&Error{Path: (&place{at, "Effect"}).path(), Message: msgEffect + value.Text(), phase: phaseGrammar, severity: fatal,
			Nearest: nearest.Name(value.Text(), []string{Allow.String(), Deny.String()})})
	}
	return Deny
}

// either finds an element or its Not form; a statement has one of them.
func (c *compiler) either(at *place, n node, name string) (element string, value node, ok bool) {
	value, ok = memberOf(&n, name)
	not, hasNot := memberOf(&n, "Not"+name)
	switch {
	case ok && hasNot:
		c.flawed(at.path(), name, msgSyntax, "both "+name+" and Not"+name)
	case hasNot:
		return "Not" + name, not, true
	}
	return name, value, ok
}

func (c *compiler) patterns(at *place, element string, value node, s syntax) patterns {
	p := patterns{element: element, not: element[:3] == "Not"}
	texts := c.strings(at, value, false)
	p.list = make([]pattern, len(texts))
	for i, text := range texts {
		p.list[i] = compilePattern(text, s)
	}
	return p
}

func (c *compiler) principals(at *place, element string, value node) *principals {
	p := &principals{element: element, not: element == "NotPrincipal"}
	switch value.Kind {
	case jsontree.String:
		p.bare, p.everyone = value.Text() == "*", value.Text() == "*"
		p.entries = []principalEntry{{text: value.Text()}}
		if p.everyone {
			p.entries[0].form = everyoneForm
		}
	case jsontree.Object:
		for _, m := range value.Members {
			for _, text := range c.strings(&place{at, m.Name}, m.Value, false) {
				e := compilePrincipal(m.Name, text)
				p.entries = append(p.entries, e)
				p.everyone = p.everyone || e.form == everyoneForm
			}
		}
	default:
		c.wrongType(at, `"*" or an object`, value)
	}
	return p
}

func (c *compiler) conditions(at *place, block node) []condition {
	if block.Kind != jsontree.Object {
		c.wrongType(at, "an object", block)
		return nil
	}
	list := make([]condition, 0, keysOf(&block))
	for i := range block.Members {
		m := &block.Members[i]
		under := place{at, m.Name}
		op, ok := parseOperator(m.Name)
		if !ok {
			c.report(&Error{Path: under.path(), Message: msgOperator + m.Name, Nearest: NearestOperator(m.Name),
				phase: phaseCondition, severity: unreadable})
			continue
		}
		if m.Value.Kind != jsontree.Object {
			c.wrongType(&under, "an object", m.Value)
			continue
		}
		for j := range m.Value.Members {
			key := &m.Value.Members[j]
			k := c.condition(&place{&under, key.Name}, op, key)
			k.written = m.Name
			list = append(list, k)
		}
	}
	return list
}

// keysOf is how many keys a Condition block has under all its operators.
func keysOf(block *node) (n int) {
	for i := range block.Members {
		n += len(block.Members[i].Value.Members)
	}
	return n
}

func (c *compiler) condition(at *place, op parsedOperator, m *member) condition {
	values := c.strings(at, m.Value, true)
	return condition{
		operator:  op,
		key:       m.Name,
		folded:    foldKey(m.Name),
		wanted:    values,
		test:      op.compile(values, c.syntax.variables),
		variables: c.syntax.variables && op.takesVariables(),
	}
}

// strings reads a value or a list of values. Conditions may also write booleans and numbers without quotes.
func (c *compiler) strings(at *place, n node, scalars bool) []string {
	items := n.Members
	if n.Kind != jsontree.List {
		items = []member{{Value: n}}
	}
	values := make([]string, 0, len(items))
	for i := range items {
		switch item := items[i].Value; {
		case item.Kind == jsontree.String, scalars && (item.Kind == jsontree.Bool || item.Kind == jsontree.Number):
			values = append(values, textOf(&item))
		default:
			c.wrongType(at, "a string or a list of strings", item)
			return values
		}
	}
	return values
}
