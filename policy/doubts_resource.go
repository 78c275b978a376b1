package policy

import (
	"slices"
	"strings"
)

// land is what the resources of a statement can be.
type land struct {
	all            bool // everything, as far as its ARN says
	buckets        bool // every bucket, which is how resources of S3 as a whole are written too
	types          resourceTypes
	services       []string // other ARNs are of these
	bucket, object string   // one that is written out
}

// landOf is nil for a statement that says nothing of resources, or says what they are not.
func landOf(p *patterns) *land {
	if p == nil || p.not || len(p.list) == 0 {
		return nil
	}
	l := &land{}
	for i := range p.list {
		l.add(&p.list[i])
	}
	return l
}

func (l *land) add(p *pattern) {
	parts := cutTokens(p.pieces())
	if len(parts) < 6 || !isLiteral(parts[2]) {
		l.all = l.all || p.hasWildcards() || p.hasVariables()
		return
	}
	service := literalText(parts[2])
	t, ok := bucketResource(p, "")
	switch {
	case !ok:
		l.services = append(l.services, service)
	case t.object && !t.bucket:
		l.object = p.source
	default:
		l.bucket = p.source
	}
	l.buckets = l.buckets || ok && newPattern("", parts[5], false).shape == everythingShape
	l.types.bucket, l.types.object = l.types.bucket || t.bucket, l.types.object || t.object
}

func isLiteral(part []token) bool { return len(part) == 1 && part[0].kind == literalToken }

func literalText(part []token) string {
	if isLiteral(part) {
		return part[0].text
	}
	return ""
}

// has says whether one of the resources can be one that the action works on.
func (l *land) has(a *Action) bool {
	service, _, _ := strings.Cut(a.Name, ":")
	switch {
	case l.all, len(a.Resources) == 0 && l.buckets, a.on(l.types):
		return true
	}
	return len(a.Resources) > 0 && slices.Contains(l.services, service)
}

// instead is the resource that was probably meant for actions that have none: the bucket of the objects, or the
// objects of the bucket.
func (l *land) instead(all []*Action) string {
	onBuckets := slices.ContainsFunc(all, func(a *Action) bool { return a.on(resourceTypes{bucket: true}) })
	onObjects := slices.ContainsFunc(all, func(a *Action) bool { return a.on(resourceTypes{object: true}) })
	switch {
	case onBuckets && l.object != "":
		bucket, _, _ := strings.Cut(l.object, "/")
		return bucket
	case onObjects && l.bucket != "":
		return l.bucket + "/*"
	case !onBuckets && !onObjects && slices.ContainsFunc(all, func(a *Action) bool { return len(a.Resources) == 0 }):
		return "*"
	}
	return ""
}

// resource doubts an ARN that nothing has.
func (d *doubting) resource(p *pattern, path string) {
	parts := cutTokens(p.pieces())
	if len(parts) < 6 {
		return
	}
	region, account := len(parts[3]) > 0, len(parts[4]) > 0
	switch service := literalText(parts[2]); {
	case service == "s3" && region != account:
		d.report(path, "", "no resource of Amazon S3 has an ARN like %s: that of a bucket has neither region nor account",
			p.source)
	case isWrongAccount(parts[4]):
		d.report(path, "", "no resource has an ARN like %s: the number of an account has 12 digits", p.source)
	}
}

// isWrongAccount says whether a part of an ARN is a number, and none of an account.
func isWrongAccount(part []token) bool {
	text := literalText(part)
	return text != "" && strings.Trim(text, "0123456789") == "" && !isAccountID(text)
}
