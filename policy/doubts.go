package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/s3fault/s3fault/internal/nearest"
)

// Doubts lists what AWS takes in a policy and what can never match, or never as it is meant: actions of
// S3 and KMS that there are not, actions that work on no resource of their statement, condition keys that no request
// has, or none of the statement's actions, and condition values that no key ever has. They are Errors of which
// Warning is true, in the order of the document, with the path of the value itself. Ask about a policy that Validate
// takes: of another the problems come first.
func (p *Policy) Doubts() []*Error {
	d := &doubting{}
	for i := range p.statements {
		if s := &p.statements[i]; s.void == nil && !s.noObject {
			d.statement(s, fmt.Sprintf("Statement[%d]", i))
		}
	}
	return d.all
}

// Warning says that AWS takes the policy all the same.
func (e *Error) Warning() bool { return e.severity == doubtful }

// doubting gathers the doubts about one policy.
type doubting struct{ all []*Error }

func (d *doubting) report(path, near, format string, args ...any) {
	d.all = append(d.all, &Error{Path: path, Message: fmt.Sprintf(format, args...), Nearest: near, severity: doubtful})
}

func (d *doubting) statement(s *statement, path string) {
	on := landOf(s.resources)
	for i := range s.actions.list {
		d.action(s, &s.actions.list[i], on, fmt.Sprintf("%s.%s[%d]", path, s.actions.element, i))
	}
	if s.resources != nil {
		for i := range s.resources.list {
			d.resource(&s.resources.list[i], fmt.Sprintf("%s.%s[%d]", path, s.resources.element, i))
		}
	}
	acts := reachOf(s, on)
	for i := range s.conditions {
		k := &s.conditions[i]
		at := path + ".Condition." + k.written + "." + k.key
		d.key(k, acts, at)
		d.values(k, at)
	}
}

// action doubts an action that there is not, and one that works on no resource of its statement.
func (d *doubting) action(s *statement, p *pattern, on *land, path string) {
	service, described := serviceOfAction(p)
	if !described {
		return
	}
	all := matchedActions(service, p)
	switch {
	case len(all) == 0:
		d.report(path, nearestPattern(p), "no action of %s is %s", serviceNames[service], p.source)
	case !s.actions.not && on != nil && !slices.ContainsFunc(all, on.has):
		d.report(path, on.instead(all), "%s works on %s, and no resource of the statement is one",
			p.source, worksOnTold(all))
	}
}

var serviceNames = map[string]string{"s3": "Amazon S3", "kms": "AWS KMS"}

// serviceOfAction is the service whose actions a pattern means, where the tables describe it.
func serviceOfAction(p *pattern) (string, bool) {
	service, _, _ := strings.Cut(strings.ToLower(p.source), ":")
	return service, slices.Contains(describedServices, service)
}

func matchedActions(service string, p *pattern) (all []*Action) {
	list := known().services[service]
	for i := range list {
		if p.match(list[i].Name, nil) {
			all = append(all, &list[i])
		}
	}
	return all
}

// worksOnTold is what the actions work on, for people to read.
func worksOnTold(all []*Action) string {
	var types []string
	for _, a := range all {
		for _, t := range a.Resources {
			if !slices.Contains(types, t) {
				types = append(types, t)
			}
		}
	}
	if short := withoutAccessPoints(types); len(short) > 0 {
		types = short
	}
	if len(types) == 0 {
		return "the account as a whole, which is * as a resource"
	}
	for i, t := range types {
		if types[i] = "a " + t; strings.ContainsRune("aeiou", rune(t[0])) {
			types[i] = "an " + t
		}
	}
	return strings.Join(types, " or ")
}

// withoutAccessPoints leaves them out: they stand beside the bucket, or its objects, of which people think.
func withoutAccessPoints(types []string) []string {
	return slices.DeleteFunc(slices.Clone(types), func(t string) bool { return strings.HasPrefix(t, "accesspoint") })
}

// nearestPattern is the pattern with the words of its literal parts replaced by the nearest that names of actions
// have, if that fits an action: s3:*Object* for s3:*Objekt*. Of one without wildcards it is the nearest action.
func nearestPattern(p *pattern) string {
	if !p.hasWildcards() {
		return NearestAction(p.source)
	}
	service, name, _ := strings.Cut(p.source, ":")
	words := wordsOfActions(strings.ToLower(service))
	text := service + ":"
	for _, word := range splitWords(name) {
		if near := nearest.Name(word, words); near != "" && !strings.ContainsAny(word, "*?") {
			word = near
		}
		text += word
	}
	near := compilePattern(text, syntax{wildcards: true, fold: true})
	if len(matchedActions(strings.ToLower(service), &near)) > 0 {
		return text
	}
	return ""
}

func wordsOfActions(service string) (all []string) {
	for _, a := range known().services[service] {
		_, name, _ := strings.Cut(a.Name, ":")
		all = append(all, splitWords(name)...)
	}
	return all
}

// splitWords cuts a name of an action before each capital letter, and around wildcards.
func splitWords(name string) (words []string) {
	begin := 0
	for i, r := range name {
		if i > begin && (unicode.IsUpper(r) || strings.ContainsAny(name[i-1:i+1], "*?")) {
			words, begin = append(words, name[begin:i]), i
		}
	}
	return append(words, name[begin:])
}
