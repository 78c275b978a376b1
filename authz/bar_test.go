package authz

import (
	"slices"
	"testing"

	"github.com/s3fault/s3fault/policy"
)

// A bar is a no whatever the policies say; it is told before or after what they say,
// and of an action without permissions alone.
func TestBar(t *testing.T) {
	root := &policy.Principal{Kind: policy.Root, Account: "111111111111", ARN: "arn:aws:iam::111111111111:root"}
	user := &policy.Principal{Kind: policy.User, Account: "111111111111", ARN: "arn:aws:iam::111111111111:user/u"}
	none := []Level{{Name: PartCaller}} // a unit may have any name
	for _, c := range []struct {
		name string
		who  *policy.Principal
		scps []Level
		bar  *Bar
		want []Layer
	}{
		{"the root user", root, nil, &Bar{Layer: Identity, Part: PartCaller}, []Layer{Identity}},
		{"the root user, before an SCP", root, none, &Bar{Layer: Identity, Part: PartCaller}, []Layer{Identity, SCP}},
		{"a session, behind its user's policies", user, nil, &Bar{Layer: Session, Part: PartCaller}, []Layer{Identity, Session}},
		{"credentials, before them", user, nil, &Bar{Layer: Session, Part: PartCredentials}, []Layer{Session, Identity}},
		{"an action that is free", user, none, &Bar{Layer: Session, Part: PartCaller, Free: true}, []Layer{Session}},
		{"nobody is barred", root, none, nil, []Layer{SCP}},
	} {
		r := NewRequest("sts:AssumeRole", "*", Requester{Principal: c.who, SCPs: c.scps}, Target{ResourceAccount: "111111111111"})
		r.Context, r.Barred = policy.NewContext(), c.bar
		d := Evaluate(r)
		if !slices.Equal(d.DeniedBy, c.want) {
			t.Errorf("%s: denied by %q, want %q", c.name, d.DeniedBy, c.want)
		}
		f, _ := d.Behind()
		if barred := c.bar != nil && c.want[0] == c.bar.Layer; f.Barred() != barred {
			t.Errorf("%s: behind it is %+v", c.name, f)
		}
	}
}
