package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Validate returns the first reason for which AWS would refuse the document as a policy of this kind, an *Error; nil
// if it would take it. AWS looks at the size, the JSON, the grammar, the principals, the actions with their resources,
// and the conditions, in this order (authorization.md 7).
func (p *Policy) Validate(r Rules) error {
	if problems := p.Problems(r); len(problems) > 0 {
		return problems[0]
	}
	return nil
}

// Problems returns every reason for which AWS would refuse the document as a policy of this kind, in the order of
// Validate and, within a step, of the document.
func (p *Policy) Problems(r Rules) []*Error {
	d, ok := dialects[r.Kind]
	if !ok {
		return []*Error{{Code: codeMalformed, Message: msgSyntax, Detail: fmt.Sprintf("unknown kind of policy %d", r.Kind)}}
	}
	v := &validation{policy: p, rules: r, dialect: d, broken: map[string]bool{}}
	v.size()
	v.document()
	for _, defect := range p.defects {
		v.defect(defect)
		v.broken[defect.Path] = true
		v.broken[defect.Path[:max(0, strings.LastIndexByte(defect.Path, '.'))]] = true
	}
	for i := range p.statements {
		if p.statements[i].noObject {
			continue
		}
		v.statement(&p.statements[i], fmt.Sprintf("Statement[%d]", i))
	}
	slices.SortStableFunc(v.problems, func(a, b *Error) int { return cmp.Compare(a.phase, b.phase) })
	return v.problems
}

// validation gathers the problems of one policy under one kind's rules.
type validation struct {
	policy   *Policy
	rules    Rules
	dialect  dialect
	problems []*Error
	broken   map[string]bool // the elements in which compiling found a fault, and those around them
}

func (v *validation) report(e Error) {
	if e.Code == "" {
		e.Code = cmp.Or(v.dialect.code, codeMalformed)
	}
	if v.dialect.message != "" && e.phase != phaseSize {
		e.Detail = strings.TrimSuffix(e.Message+": "+e.Detail, ": ")
		e.Message = v.dialect.message
	}
	v.problems = append(v.problems, &e)
}

// defect repeats what compiling found, in the words of the kind's service.
func (v *validation) defect(d *Error) {
	e := *d
	switch {
	case e.Message == msgMissing+"Action" && v.dialect.noAction != "":
		e.Message = v.dialect.noAction
	case strings.HasPrefix(e.Message, msgUnknownField) && v.dialect.unknownElementMsg != "":
		e.Detail, e.Message = e.Message, v.dialect.unknownElementMsg
	case e.Message == msgSyntax && v.dialect.syntaxMessage != "":
		e.Message = v.dialect.syntaxMessage
	}
	v.report(e)
}

func (v *validation) syntax(path, detail string) {
	v.report(Error{Path: path, Message: cmp.Or(v.dialect.syntaxMessage, msgSyntax), Detail: detail, phase: phaseGrammar})
}

func (v *validation) size() {
	limit := cmp.Or(v.rules.MaxSize, v.dialect.size)
	size := len(v.policy.source)
	if v.dialect.packed {
		size = 0
		for _, r := range v.policy.source {
			if !unicode.IsSpace(r) {
				size++
			}
		}
	}
	if size > limit {
		v.report(Error{Code: cmp.Or(v.dialect.tooLarge, codeTooLarge), Message: msgTooLarge, phase: phaseSize,
			Detail: fmt.Sprintf("%d of at most %d characters", size, limit)})
	}
}

// document checks what Parse tolerates in the document as a whole.
func (v *validation) document() {
	source := v.policy.source
	broken := slices.ContainsFunc(v.policy.defects, func(e *Error) bool { return e.severity >= fatal })
	if source != "" && source[0] != '{' && !broken {
		v.report(Error{Message: msgFirstByte, Detail: "leading white space", phase: phaseJSON})
	}
	if len(v.policy.statements) == 0 && !broken {
		v.report(Error{Path: "Statement", Message: msgStatementEmpty, phase: phaseGrammar})
	}
	first := map[string]int{}
	for i := range v.policy.statements {
		sid := v.policy.statements[i].sid
		if sid == "" {
			continue
		}
		path := fmt.Sprintf("Statement[%d].Sid", i)
		if at, seen := first[sid]; seen {
			v.report(Error{Path: path, Message: cmp.Or(v.dialect.duplicateSid, msgSyntax), phase: phaseGrammar,
				Detail: fmt.Sprintf("Sid %q is that of Statement[%d]", sid, at)})
			continue
		}
		first[sid] = i
		if v.dialect.sids == alnumSid && strings.ContainsFunc(sid, isNoLetterOrDigit) {
			v.report(Error{Path: path, Message: cmp.Or(v.dialect.badSid, msgSyntax), Detail: sid, phase: phaseGrammar})
		}
	}
}

func isNoLetterOrDigit(r rune) bool {
	return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
}

func (v *validation) statement(s *statement, path string) {
	v.presences(s, path)
	if v.dialect.extra != nil {
		v.dialect.extra(v, s, path)
	}
	if s.principals != nil && v.dialect.principal != prohibited {
		v.principals(s.principals, path+"."+s.principals.element)
	}
	if s.resources != nil && v.dialect.resource != prohibited {
		v.empty(s.resources, path)
		if v.dialect.resources != nil {
			v.dialect.resources(v, s, path+"."+s.resources.element)
		}
	}
	v.empty(&s.actions, path)
	if v.dialect.actions != nil {
		v.dialect.actions(v, s, path+"."+s.actions.element)
	}
	v.conditions(s, path+".Condition")
}

// presences checks that the elements are there that this kind requires, and those not that it prohibits.
func (v *validation) presences(s *statement, path string) {
	d := &v.dialect
	switch {
	case s.principals == nil && d.principal == required:
		v.report(Error{Path: path, Message: msgMissing + "Principal", phase: phaseGrammar})
	case s.principals != nil && d.principal == prohibited:
		v.report(Error{Path: path + "." + s.principals.element, phase: phaseGrammar,
			Message: cmp.Or(d.noPrincipal, msgNoPrincipal)})
	}
	switch {
	case s.resources == nil && d.resource == required:
		v.report(Error{Path: path, Message: cmp.Or(d.noResource, msgMissing+"Resource"), phase: phaseGrammar})
	case s.resources != nil && d.resource == prohibited:
		v.report(Error{Path: path + "." + s.resources.element, Message: cmp.Or(d.resourceMessage, msgSyntax),
			phase: phaseGrammar})
	}
}

// empty reports an element that is there and lists nothing.
func (v *validation) empty(p *patterns, path string) {
	if p.element != "" && len(p.list) == 0 && !v.brokenAt(path+"."+p.element) {
		v.report(Error{Path: path + "." + p.element, Message: msgMissing + p.element + msgEmpty,
			phase: phaseGrammar})
	}
}

// brokenAt reports whether compiling already found a fault in an element, which then says all there is to say.
func (v *validation) brokenAt(path string) bool { return v.broken[path] }
