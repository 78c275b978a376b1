// Package cloudtrail is AWS CloudTrail's API: trails, what they log, and the events
// of the last days. The events themselves, and log files, are internal/trail's.
package cloudtrail

import (
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/awsapi/form"
	"github.com/s3fault/s3fault/internal/world"
)

// misformed refuses parameters that are missing. All others CloudTrail refuses with errors
// of their own, as InvalidTrailNameException (CloudTrail API Reference).
func misformed(_ *awsapi.Call, broken []form.Broken) *awsapi.Error {
	missing := slices.DeleteFunc(slices.Clone(broken), func(b form.Broken) bool { return b.Rule != form.Null })
	if len(missing) == 0 {
		return nil
	}
	return awsapi.Refuse("ValidationException", "%s", form.Sentence(missing))
}

// Service is CloudTrail.
var Service = &awsapi.Service{
	Name: "cloudtrail", Target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.", Protocol: awsapi.JSON,
	Malformed: misformed,
	Actions: []*awsapi.Action{
		awsapi.NewAction("CreateTrail", checkCreateTrail, createTrail),
		awsapi.NewAction("UpdateTrail", checkUpdateTrail, updateTrail),
		awsapi.NewAction("DeleteTrail", checkTrail[nameInput], deleteTrail),
		awsapi.NewAction("DescribeTrails", awsapi.AskAll[describeTrailsInput], describeTrails).Reads(),
		awsapi.NewAction("GetTrail", checkTrail[nameInput], getTrail).Reads(),
		awsapi.NewAction("ListTrails", awsapi.AskAll[listTrailsInput], listTrails).Reads(),
		awsapi.NewAction("GetTrailStatus", checkTrail[nameInput], getTrailStatus).Reads(),
		awsapi.NewAction("StartLogging", checkTrail[nameInput], startLogging),
		awsapi.NewAction("StopLogging", checkTrail[nameInput], stopLogging),
		awsapi.NewAction("PutEventSelectors", checkTrail[putEventSelectorsInput], putEventSelectors),
		awsapi.NewAction("GetEventSelectors", checkTrail[getEventSelectorsInput], getEventSelectors).Reads(),
		awsapi.NewAction("ListTags", checkListTags, listTags).Reads(),
		awsapi.NewAction("AddTags", checkAddTags, addTags),
		awsapi.NewAction("RemoveTags", checkRemoveTags, removeTags),
		awsapi.NewAction("LookupEvents", awsapi.AskAll[lookupEventsInput], lookupEvents).Reads(),
	},
}

// checkTrail asks for the call's permission on the trail that it names.
func checkTrail[In any](c *awsapi.Call, in *In) ([]*authz.Request, error) {
	return c.Ask(arnOf(c, any(in).(interface{ trail() string }).trail()))
}

// arnOf is the ARN that a trail has, or would have if there were one of that name.
func arnOf(c *awsapi.Call, ref string) string {
	if t := c.State().Trail(c.CallerAccount(), ref); t != nil {
		return t.ARN()
	}
	return (&world.Trail{Name: ref, Account: c.CallerAccount(), Region: c.Region()}).ARN()
}

type nameInput struct {
	Name string `aws:",required"`
}

func (in *nameInput) trail() string { return in.Name }

// named is the caller's trail of that name or ARN.
func named(c *awsapi.Call, ref string) (*world.Trail, error) {
	if t := c.State().Trail(c.CallerAccount(), ref); t != nil {
		return t, nil
	}
	return nil, awsapi.Refuse("TrailNotFoundException", "Unknown trail: %s for the user: %s", ref, c.CallerAccount())
}

// change puts an edited copy of a trail into the world's next State.
func change(c *awsapi.Call, t *world.Trail, edit func(*world.Trail)) error {
	edited := *t
	edit(&edited)
	return c.Change(func(s *world.State) (*world.State, error) { return s.WithTrail(&edited), nil })
}
