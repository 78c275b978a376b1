package grade

import (
	"context"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/scenarios"
)

// mustBeDenied plays what must be refused however the cure is made: still_denied, in the
// world that after_fix has left. Where the cure is in the program, the world must also refuse
// what it refused from the beginning.
func (c *Case) mustBeDenied(ctx context.Context) ([]Answer, error) {
	denied, err := c.Play(ctx, false, c.Scenario.StillDenied)
	if err != nil || c.Fixed != nil || !refusesByRule(c.Scenario.Expect) {
		return denied, err
	}
	all, err := c.Play(ctx, true, c.Scenario.Expect)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if wantsRefusal(a.Want) {
			denied = append(denied, a)
		}
	}
	return denied, nil
}

// refusesByRule says that a list is about refusals, and none of its answers is a fault's:
// that S3 is broken is nothing which a world must go on to be.
func refusesByRule(list []scenarios.Call) bool {
	refuses := false
	for _, c := range list {
		each := c.Each()
		if slices.ContainsFunc(each, isFault) {
			return false
		}
		refuses = refuses || slices.ContainsFunc(each, wantsRefusal)
	}
	return refuses
}

func isFault(w scenarios.Want) bool {
	for _, responses := range scenarios.BothResponses() {
		in := w.In(responses)
		if in.Layer == string(authz.Fault) || in.Broken != "" || in.Status >= 500 {
			return true
		}
	}
	return false
}

// wantsRefusal says that a client is refused; what is not there, is not there.
func wantsRefusal(w scenarios.Want) bool {
	for _, responses := range scenarios.BothResponses() {
		if s := w.In(responses).Status; s >= 400 && s < 500 && s != 404 {
			return true
		}
	}
	return false
}
