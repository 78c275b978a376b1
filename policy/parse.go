package policy

import (
	"fmt"
	"slices"

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
	root, err := decodeJSON(doc, lenient)
	switch {
	case err != nil:
		c.report(&Error{Message: jsonMessage(doc), Detail: err.Error(), phase: phaseJSON, severity: unreadable})
	case root.kind != objectNode:
		c.fatal(phaseJSON, "", msgFirstByte, "the document is "+root.describe())
	default:
		c.document(root)
	}
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

func (c *compiler) wrongType(path, wanted string, n node) {
	c.fatal(phaseJSON, path, msgInvalidJSON, fmt.Sprintf("must be %s, not %s", wanted, n.describe()))
}

func (c *compiler) document(root node) {
	for _, m := range root.members {
		if !slices.Contains(topElements, m.name) {
			c.unknown(m.name, m.name, topElements)
		}
	}
	if id, ok := root.member("Id"); ok && id.kind != stringNode {
		c.wrongType("Id", "a string", id)
	}
	if version, ok := root.member("Version"); ok {
		c.version(version)
	}
	c.syntax = syntax{wildcards: true, variables: c.policy.version == variablesVersion}
	list, ok := root.member("Statement")
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
	if n.kind != stringNode {
		c.wrongType("Version", "a string", n)
		return
	}
	c.policy.version = n.text
	if !slices.Contains(versions, n.text) {
		c.report(&Error{Path: "Version", Message: msgVersion, Detail: n.text, Nearest: nearest.Name(n.text, versions),
			phase: phaseGrammar})
	}
}

func (c *compiler) statements(list node) {
	items := list.items
	switch list.kind {
	case objectNode:
		items = []node{list}
	case listNode:
	default:
		c.wrongType("Statement", "an object or a list of objects", list)
		return
	}
	for i, item := range items {
		path := fmt.Sprintf("Statement[%d]", i)
		before := len(c.policy.defects)
		s := statement{effect: Deny, noObject: item.kind != objectNode}
		if s.noObject {
			c.wrongType(path, "an object", item)
		} else {
			s = c.statement(path, item)
		}
		s.void = firstFatal(c.policy.defects[before:])
		c.policy.statements = append(c.policy.statements, s)
	}
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

func (c *compiler) statement(path string, n node) statement {
	for _, m := range n.members {
		if !slices.Contains(elements, m.name) {
			c.unknown(path+"."+m.name, m.name, elements)
		}
	}
	var s statement
	if sid, ok := n.member("Sid"); ok {
		if s.sid = sid.text; sid.kind != stringNode {
			c.wrongType(path+".Sid", "a string", sid)
		}
	}
	s.effect = c.effect(path, n)
	if element, value, ok := c.either(path, n, "Principal"); ok {
		s.principals = c.principals(path+"."+element, element, value)
	}
	if element, value, ok := c.either(path, n, "Action"); ok {
		s.actions = c.patterns(path+"."+element, element, value, syntax{wildcards: true, fold: true})
		s.actions.findRows()
	} else {
		c.flawed(path, "Action", msgMissing+"Action", "")
	}
	if element, value, ok := c.either(path, n, "Resource"); ok {
		resources := c.patterns(path+"."+element, element, value, c.syntax)
		s.resources = &resources
	}
	if block, ok := n.member("Condition"); ok {
		s.conditions = c.conditions(path+".Condition", block)
	}
	return s
}

func (c *compiler) effect(path string, n node) Effect {
	value, ok := n.member("Effect")
	switch {
	case !ok:
		c.flawed(path, "Effect", msgMissing+"Effect", "")
	case value.kind != stringNode:
		c.wrongType(path+".Effect", "a string", value)
	case value.text == Allow.String():
		return Allow
	case value.text != Deny.String():
		c.report(&Error{Path: path + ".Effect", Message: msgEffect + value.text, phase: phaseGrammar, severity: fatal,
			Nearest: nearest.Name(value.text, []string{Allow.String(), Deny.String()})})
	}
	return Deny
}

// either finds an element or its Not form; a statement has one of them.
func (c *compiler) either(path string, n node, name string) (element string, value node, ok bool) {
	value, ok = n.member(name)
	not, hasNot := n.member("Not" + name)
	switch {
	case ok && hasNot:
		c.flawed(path, name, msgSyntax, "both "+name+" and Not"+name)
	case hasNot:
		return "Not" + name, not, true
	}
	return name, value, ok
}

func (c *compiler) patterns(path, element string, value node, s syntax) patterns {
	p := patterns{element: element, not: element[:3] == "Not"}
	for _, text := range c.strings(path, value, false) {
		p.list = append(p.list, compilePattern(text, s))
	}
	return p
}

func (c *compiler) principals(path, element string, value node) *principals {
	p := &principals{element: element, not: element == "NotPrincipal"}
	switch value.kind {
	case stringNode:
		p.bare, p.everyone = value.text == "*", value.text == "*"
		p.entries = []principalEntry{{text: value.text}}
		if p.everyone {
			p.entries[0].form = everyoneForm
		}
	case objectNode:
		for _, m := range value.members {
			for _, text := range c.strings(path+"."+m.name, m.value, false) {
				e := compilePrincipal(m.name, text)
				p.entries = append(p.entries, e)
				p.everyone = p.everyone || e.form == everyoneForm
			}
		}
	default:
		c.wrongType(path, `"*" or an object`, value)
	}
	return p
}

func (c *compiler) conditions(path string, block node) []condition {
	if block.kind != objectNode {
		c.wrongType(path, "an object", block)
		return nil
	}
	var list []condition
	for _, m := range block.members {
		operatorPath := path + "." + m.name
		op, ok := parseOperator(m.name)
		if !ok {
			c.report(&Error{Path: operatorPath, Message: msgOperator + m.name, Nearest: NearestOperator(m.name),
				phase: phaseCondition, severity: unreadable})
			continue
		}
		if m.value.kind != objectNode {
			c.wrongType(operatorPath, "an object", m.value)
			continue
		}
		for _, key := range m.value.members {
			k := c.condition(operatorPath+"."+key.name, op, key)
			k.written = m.name
			list = append(list, k)
		}
	}
	return list
}

func (c *compiler) condition(path string, op parsedOperator, m member) condition {
	values := c.strings(path, m.value, true)
	return condition{
		operator:  op,
		key:       m.name,
		folded:    foldKey(m.name),
		wanted:    values,
		test:      op.compile(values, c.syntax.variables),
		variables: c.syntax.variables && op.takesVariables(),
	}
}

// strings reads a value or a list of values. Conditions may also write booleans and numbers without quotes.
func (c *compiler) strings(path string, n node, scalars bool) []string {
	items := []node{n}
	if n.kind == listNode {
		items = n.items
	}
	values := make([]string, 0, len(items))
	for _, item := range items {
		switch {
		case item.kind == stringNode, scalars && (item.kind == boolNode || item.kind == numberNode):
			values = append(values, item.text)
		default:
			c.wrongType(path, "a string or a list of strings", item)
			return values
		}
	}
	return values
}
