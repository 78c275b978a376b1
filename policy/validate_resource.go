package policy

import (
	"slices"
	"strings"
)

// resourceTypes is the set of S3 resource types that a statement's resources can be.
type resourceTypes struct{ bucket, object bool }

// bucketActions refuses actions that are not S3's, and those that have nothing to do with the statement's resources.
func bucketActions(v *validation, s *statement, path string) {
	types := s.resourceTypes(v.rules.Bucket)
	for i := range s.actions.list {
		action := &s.actions.list[i]
		if action.hasWildcards() {
			if !action.fitsKnownAction("s3") {
				v.invalidAction(path, action.source)
			}
			continue
		}
		a, ok := LookupAction(action.source)
		switch {
		case !ok || !strings.HasPrefix(a.Name, "s3:"):
			v.invalidAction(path, action.source)
		case !s.actions.not && types != nil && !a.on(*types):
			v.report(Error{Path: path, Message: msgNotApplicable, phase: phaseResource,
				Detail: a.Name + " works on " + described(a.Resources)})
		}
	}
}

func (v *validation) invalidAction(path, action string) {
	near := NearestAction(action)
	if (v.rules.Kind == Bucket || v.rules.Kind == AccessPoint) && !strings.HasPrefix(near, "s3:") {
		near = ""
	}
	v.report(Error{Path: path, Message: msgAction, Detail: action, Nearest: near, phase: phaseResource})
}

func described(types []string) string {
	if len(types) == 0 {
		return "the account as a whole"
	}
	return strings.Join(types, ", ")
}

// fitsKnownAction reports whether a pattern stands for at least one action of the service.
func (p *pattern) fitsKnownAction(service string) bool {
	return slices.ContainsFunc(known().services[service], func(a Action) bool { return p.match(a.Name, nil) })
}

// resourceTypes returns what the statement's resources can be, nil when its Resource element is missing, negated,
// empty or invalid, so that it says nothing about types.
func (s *statement) resourceTypes(bucket string) *resourceTypes {
	if s.resources == nil || s.resources.not || len(s.resources.list) == 0 {
		return nil
	}
	types := &resourceTypes{}
	for i := range s.resources.list {
		t, ok := bucketResource(&s.resources.list[i], bucket)
		if !ok {
			return nil
		}
		types.bucket = types.bucket || t.bucket
		types.object = types.object || t.object
	}
	return types
}

// bucketResources refuses resources outside the policy's bucket. A bare * is not the bucket's either.
func bucketResources(v *validation, s *statement, path string) {
	for i := range s.resources.list {
		p := &s.resources.list[i]
		if _, ok := bucketResource(p, v.rules.Bucket); !ok {
			v.report(Error{Path: path, Message: msgResource, Detail: p.source,
				Nearest: inBucket(p.source, v.rules.Bucket), phase: phaseResource})
		}
	}
}

// inBucket is what a resource that a bucket's policy cannot have was to be: that of the bucket, in the place of
// another bucket's, or of a name without the rest of the ARN. It is empty where the resource is neither.
func inBucket(resource, bucket string) string {
	a, isARN := splitARN(resource)
	name := a.resource
	if !isARN {
		a, name = arn{service: "s3"}, strings.TrimPrefix(resource, "s3://")
	}
	_, key, isObject := strings.Cut(name, "/")
	if bucket == "" || a.service != "s3" || a.region+a.account != "" || strings.Trim(name, "*") == "" ||
		!isARN && strings.Contains(name, ":") {
		return ""
	}
	if !isPartition(a.partition) {
		a.partition = "aws"
	}
	right := "arn:" + a.partition + ":s3:::" + bucket
	if isObject {
		right += "/" + key
	}
	return right
}

// bucketResource returns what a resource of a bucket policy can be: the bucket where the part before the first
// slash fits its name, its objects after a slash, and either where a * may hold the slash. ok is false if the
// resource is no ARN of the bucket.
func bucketResource(p *pattern, bucket string) (t resourceTypes, ok bool) {
	parts := cutTokens(p.pieces())
	a, isARN := splitARN(p.source)
	if len(parts) != 6 || !isARN || a.prefix != "arn" || !isPartition(a.partition) || a.service != "s3" ||
		a.region != "" || a.account != "" || len(parts[5]) == 0 {
		return resourceTypes{}, false
	}
	name, hasSlash := cutSlash(parts[5])
	open := slices.ContainsFunc(name, func(t token) bool { return t.kind == runToken || t.kind == variableToken })
	t = resourceTypes{bucket: !hasSlash, object: hasSlash || open}
	if bucket == "" {
		return t, true
	}
	// A variable in the bucket's name may come to anything.
	for i := range name {
		if name[i].kind == variableToken {
			name[i] = token{kind: runToken}
		}
	}
	whole := newPattern("", name, false)
	fits := whole.match(bucket, nil)
	t.bucket = t.bucket && fits
	t.object = t.object && (fits || open && reaches(name, bucket))
	return t, t.bucket || t.object
}

// cutSlash returns the tokens before the first slash of the literal text.
func cutSlash(tokens []token) (name []token, found bool) {
	for _, t := range tokens {
		if t.kind == literalToken {
			if head, _, ok := strings.Cut(t.text, "/"); ok {
				return append(name, token{kind: literalToken, text: head}), true
			}
		}
		name = append(name, t)
	}
	return name, false
}

// reaches reports whether the tokens up to some * fit the bucket's name, so that the * can go on into its objects.
func reaches(name []token, bucket string) bool {
	for i := range name {
		if name[i].kind == runToken {
			p := newPattern("", name[:i+1], false)
			return p.match(bucket+"/", nil)
		}
	}
	return false
}

// vendorActions asks for SERVICE:ACTION, or a lone *. IAM does not check that the action exists.
func vendorActions(v *validation, s *statement, path string) {
	for i := range s.actions.list {
		action := s.actions.list[i].source
		vendor, name, ok := strings.Cut(action, ":")
		if action == "*" || ok && vendor != "" && name != "" && !strings.ContainsAny(vendor, " ?") {
			continue
		}
		v.report(Error{Path: path, Message: v.vendorMessage(msgAction), Detail: action,
			Nearest: NearestAction(action), phase: phaseResource})
	}
}

// vendorMessage is IAM's wording for an action or condition key without a service; others have their own.
func (v *validation) vendorMessage(other string) string {
	switch v.rules.Kind {
	case Identity, Boundary, Session, Trust:
		return msgVendor
	}
	return other
}

func trustActions(v *validation, s *statement, path string) {
	for i := range s.actions.list {
		if action := s.actions.list[i].source; len(action) < 4 || !strings.EqualFold(action[:4], "sts:") {
			v.report(Error{Path: path, Message: msgTrustAction,
				Detail: action, phase: phaseResource})
		}
	}
}

// anyARN asks for an ARN of any service, or a lone *.
func anyARN(v *validation, s *statement, path string) {
	for i := range s.resources.list {
		text := s.resources.list[i].source
		if a, ok := splitARN(text); text == "*" || ok && a.prefix == "arn" {
			continue
		}
		message := msgResource
		if v.vendorMessage("") != "" {
			message = "Resource " + text + " " + msgNoARN
		}
		v.report(Error{Path: path, Message: message, Detail: text, phase: phaseResource})
	}
}
