package policy

import (
	"slices"
	"strings"
)

// behindPoint stands between an access point's ARN and the key of an object.
const behindPoint = "/object/"

// pointResources refuses resources that are neither the policy's access point nor objects behind it.
func pointResources(v *validation, s *statement, path string) {
	for i := range s.resources.list {
		p := &s.resources.list[i]
		if len(pointTypes(p, v.rules.Point)) == 0 {
			v.report(Error{Path: path, Message: msgResource, Detail: p.source,
				Nearest: atPoint(p.source, v.rules.Point), phase: phaseResource})
		}
	}
}

// pointTypes are the types of resource that a resource of an access point's policy can be; none: it is no ARN of the
// access point. A variable may come to anything.
func pointTypes(p *pattern, point string) []string {
	a, ok := splitARN(p.source)
	if !ok || a.prefix != "arn" || !isPartition(a.partition) || a.service != "s3" {
		return nil
	}
	if point == "" {
		point = strings.Join([]string{"arn", a.partition, "s3", a.region, a.account, "accesspoint/any"}, ":")
	}
	head, _, isObject := strings.Cut(p.source, behindPoint)
	var types []string
	if whole := openPattern(head); whole.match(point, nil) {
		if types = append(types, "accesspoint"); isObject {
			types[0] += "object"
		}
	}
	if open := strings.HasSuffix(p.source, "*"); open && !isObject && len(types) > 0 {
		types = append(types, "accesspointobject")
	}
	return types
}

// openPattern is a pattern in which variables stand for anything.
func openPattern(text string) pattern {
	p := compilePattern(text, syntax{wildcards: true, variables: true})
	tokens := p.pieces()
	for i := range tokens {
		if tokens[i].kind == variableToken {
			tokens[i] = token{kind: runToken}
		}
	}
	return newPattern("", tokens, false)
}

// atPoint is what a resource that an access point's policy cannot have was to be: the access point, or the object
// behind it, in the place of the bucket's.
func atPoint(resource, point string) string {
	a, ok := splitARN(resource)
	if !ok || point == "" || a.service != "s3" || a.region+a.account != "" {
		return ""
	}
	if _, key, isObject := strings.Cut(a.resource, "/"); isObject {
		return point + behindPoint + key
	}
	return point
}

// pointActions refuses actions that are not S3's, and those that have nothing to do with the statement's resources.
func pointActions(v *validation, s *statement, path string) {
	types := s.pointTypes(v.rules.Point)
	for i := range s.actions.list {
		action := &s.actions.list[i]
		if action.hasWildcards() {
			if !action.fitsKnownAction("s3") {
				v.invalidAction(path, action.source)
			}
			continue
		}
		a, ok := LookupAction(action.source)
		works := func(resource string) bool { return slices.Contains(types, resource) }
		switch {
		case !ok || !strings.HasPrefix(a.Name, "s3:"):
			v.invalidAction(path, action.source)
		case !s.actions.not && types != nil && !slices.ContainsFunc(a.Resources, works):
			v.report(Error{Path: path, Message: msgNotApplicable, phase: phaseResource,
				Detail: a.Name + " works on " + described(a.Resources)})
		}
	}
}

// pointTypes are the types that the statement's resources can be; nil: it says nothing of them.
func (s *statement) pointTypes(point string) (types []string) {
	if s.resources == nil || s.resources.not {
		return nil
	}
	for i := range s.resources.list {
		of := pointTypes(&s.resources.list[i], point)
		if len(of) == 0 {
			return nil
		}
		types = append(types, of...)
	}
	return types
}
