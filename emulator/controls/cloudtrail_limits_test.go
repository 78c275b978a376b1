package controls

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/s3fault/s3fault/emulator/emulatortest"
)

// openWorld is trailWorld with a bucket into which every trail may write.
func openWorld(t *testing.T) *emulatortest.Server {
	t.Helper()
	return start(t, strings.Replace(trailWorld, "closed: {}", `open:
        policy:
          Version: 2012-10-17
          Statement: [{Effect: Allow, Principal: {Service: cloudtrail.amazonaws.com}, Action: "s3:*", Resource: ["arn:aws:s3:::open", "arn:aws:s3:::open/*"]}]`, 1))
}

func newTrail(name string) *cloudtrail.CreateTrailInput {
	return &cloudtrail.CreateTrailInput{Name: &name, S3BucketName: aws.String("open")}
}

// Names and prefixes that trails cannot have (CloudTrail API Reference, "CreateTrail").
func TestTrailsThatCannotBe(t *testing.T) {
	t.Parallel()
	api := as(t, openWorld(t), "admin").cloudtrail
	const illFormed = "Trail name or ARN can only contain"
	for _, row := range []struct{ name, prefix, code, words string }{
		{strings.Repeat("n", 129), "", "InvalidTrailNameException", "Maximum allowed length: 128 characters. Specified name length: 129"},
		{"ab", "", "InvalidTrailNameException", "Minimum allowed length: 3 characters. Specified name length: 2"},
		{"my trail", "", "InvalidTrailNameException", illFormed},
		{"-trail", "", "InvalidTrailNameException", illFormed},
		{"trail_", "", "InvalidTrailNameException", illFormed},
		{"my._trail", "", "InvalidTrailNameException", illFormed},
		{"trail", strings.Repeat("p", 201), "InvalidS3PrefixException", "200"},
		{strings.Repeat("n", 128), strings.Repeat("p", 200), "", ""},
		{"my-trail_1.b", "", "", ""},
	} {
		in := newTrail(row.name)
		in.S3KeyPrefix = &row.prefix
		_, err := api.CreateTrail(ctx, in)
		switch {
		case row.code == "" && err != nil:
			t.Errorf("%s: %v", row.name, err)
		case row.code != "" && !strings.Contains(refusedWith(t, err, row.code).ErrorMessage(), row.words):
			t.Errorf("%s: %v, want %s", row.name, err, row.words)
		}
	}
}

// A region has five trails of an account, one that is of all regions among them; another
// region has its own.
func TestTheSixthTrail(t *testing.T) {
	t.Parallel()
	srv := openWorld(t)
	api := as(t, srv, "admin").cloudtrail
	for n := range 4 {
		if _, err := api.CreateTrail(ctx, newTrail(fmt.Sprintf("trail-%d", n))); err != nil {
			t.Fatal(err)
		}
	}
	_, err := api.CreateTrail(ctx, newTrail("sixth"))
	refusedWith(t, err, "MaximumNumberOfTrailsExceededException")
	in := func(o *cloudtrail.Options) { o.Region = "eu-west-1" }
	if _, err := api.CreateTrail(ctx, newTrail("sixth"), in); err != nil {
		t.Errorf("in another region: %v", err)
	}
	if _, err := api.DeleteTrail(ctx, &cloudtrail.DeleteTrailInput{Name: aws.String("trail-1")}); err != nil {
		t.Fatal(err)
	}
	if _, err := api.CreateTrail(ctx, newTrail("another")); err != nil {
		t.Errorf("once one is gone: %v", err)
	}
}

// Whether log files are to be validated is kept, through a patch too, and told by every call.
func TestLogFileValidation(t *testing.T) {
	t.Parallel()
	srv := openWorld(t)
	api := as(t, srv, "admin").cloudtrail
	in := newTrail("validated")
	in.EnableLogFileValidation = aws.Bool(true)
	made, err := api.CreateTrail(ctx, in)
	if err != nil || !aws.ToBool(made.LogFileValidationEnabled) {
		t.Fatalf("made: %v, %+v", err, made)
	}
	if err := srv.Patch(`{"buckets":{"open":{"tags":{"a":"b"}}}}`); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		enable *bool
		want   bool
	}{{nil, true}, {aws.Bool(false), false}, {nil, false}, {aws.Bool(true), true}} {
		up, err := api.UpdateTrail(ctx, &cloudtrail.UpdateTrailInput{Name: in.Name, EnableLogFileValidation: row.enable})
		if err != nil || aws.ToBool(up.LogFileValidationEnabled) != row.want {
			t.Errorf("updated: %v, %+v, want %v", err, up, row.want)
		}
		got, err := api.GetTrail(ctx, &cloudtrail.GetTrailInput{Name: in.Name})
		if err != nil || aws.ToBool(got.Trail.LogFileValidationEnabled) != row.want {
			t.Errorf("got: %v, %+v, want %v", err, got, row.want)
		}
		all, err := api.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{TrailNameList: []string{*in.Name}})
		if err != nil || aws.ToBool(all.TrailList[0].LogFileValidationEnabled) != row.want {
			t.Errorf("described: %v, %+v, want %v", err, all, row.want)
		}
	}
}
