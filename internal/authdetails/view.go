package authdetails

import (
	"strings"

	"github.com/s3fault/s3fault/internal/asker"
)

// View is what somebody may see of a Record: of a request between two organizations
// only what is one's own (IAM User Guide, "Troubleshoot access denied error messages
// with authorization ID").
type View struct {
	*Record
	reader party
}

// For is the record as the asker may see it; nil: it is neither of the account or the
// organization that was denied, nor of one whose resource was asked for.
func (r *Record) For(a *asker.Asker) *View {
	v := &View{r, partyOf(a, a.Account())}
	if v.caller.includes(v.reader) {
		return v
	}
	for i := range r.Evaluations {
		if r.Evaluations[i].owner.includes(v.reader) {
			return v
		}
	}
	return nil
}

// OfCaller says whether the reader is of the side that was denied. If an organization
// was recorded, that is whoever is of it, else the account.
func (v *View) OfCaller() bool { return v.caller.includes(v.reader) }

// Considered are the policies that the reader may see.
func (v *View) Considered() (all []*Policy) {
	for _, p := range v.Policies {
		if v.Sees(p) {
			all = append(all, p)
		}
	}
	return all
}

// Sees says whether the reader may see a policy.
func (v *View) Sees(p *Policy) bool { return p.owner.includes(v.reader) }

// Evaluated are the evaluations that the reader may see: all of its own requests, and
// those about its own resources.
func (v *View) Evaluated() (all []*Evaluation) {
	for i := range v.Evaluations {
		if e := &v.Evaluations[i]; v.OfCaller() || e.owner.includes(v.reader) {
			all = append(all, e)
		}
	}
	return all
}

// RequestKeys are the condition keys of the request.
func (v *View) RequestKeys(each func(name string, values []string)) {
	v.keys(v.shared, v.Evaluations[0].owner, each)
}

// OwnKeys are the condition keys that an evaluation has besides.
func (v *View) OwnKeys(e *Evaluation, each func(name string, values []string)) {
	v.keys(e.own, e.owner, each)
}

// keys leaves out what tells of the other side. What is of neither, as the time and the
// network, both may see. [unsure]
func (v *View) keys(all []key, owner party, each func(name string, values []string)) {
	for _, k := range all {
		switch {
		case ofPrincipal(k.name) && !v.OfCaller():
		case ofResource(k.name) && !owner.includes(v.reader):
		default:
			each(k.name, k.values)
		}
	}
}

// ofPrincipal and ofResource say of which side a condition key tells.
func ofPrincipal(name string) bool {
	switch name = strings.ToLower(name); name {
	case "aws:userid", "aws:username", "aws:sourceidentity", "aws:tokenissuetime", "aws:multifactorauthpresent", "aws:multifactorauthage":
		return true
	}
	return strings.HasPrefix(name, "aws:principal")
}

func ofResource(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "aws:resource") || strings.HasPrefix(name, "iam:resourcetag/")
}
