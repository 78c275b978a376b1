package advice

import (
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
)

// named is a bucket's policy that is not public any more: its owner's account and the
// requester stand where everybody stood, so that Block Public Access has nothing to
// restrict.
func (s *search) named(d *authz.Decision, q *authz.Request) []candidate {
	by := principal(q.Principal)
	if by == nil {
		return nil
	}
	var all []candidate
	for _, p := range s.bucketPolicy(d) {
		if p.has == nil {
			continue
		}
		_, statements := p.document()
		if named, changed := naming(statements, readers(q.ResourceAccount, by)); changed {
			all = append(all, candidate{Change: journal.Change{
				Layer: authz.BlockPublicAccess, Patch: p.with(named),
				Text: "name the readers in the place of everybody in " + p.what + ", which is not public then: " +
					text(readers(q.ResourceAccount, by)),
			}})
		}
	}
	return all
}

// readers are the account that owns a bucket, and another principal; nil: nobody else.
func readers(owner string, by map[string]any) map[string]any {
	all := map[string]any{"AWS": "arn:aws:iam::" + owner + ":root"}
	for family, name := range by {
		if own, both := all[family]; both {
			all[family] = []any{own, name}
			continue
		}
		all[family] = name
	}
	return all
}

// naming has principals stand where an Allow names everybody; false: none does.
func naming(statements []any, principals map[string]any) (named []any, changed bool) {
	named = slices.Clone(statements)
	for i, v := range statements {
		st, ok := v.(map[string]any)
		if !ok || st[effectElement] != "Allow" || !namesEverybody(st[principalElement]) {
			continue
		}
		named[i] = map[string]any(statement(st).having(principalElement, maps.Clone(principals)))
		changed = true
	}
	return named, changed
}

// namesEverybody says whether a Principal is * in one of its spellings.
func namesEverybody(v any) bool {
	if m, ok := v.(map[string]any); ok {
		return slices.Contains(list(m["AWS"]), "*")
	}
	return v == "*"
}
