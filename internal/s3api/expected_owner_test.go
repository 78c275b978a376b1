package s3api

import (
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
)

func TestExpectedOwners(t *testing.T) {
	const own, source = "x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"
	get := func(headers ...string) sending {
		return sending{method: "GET", target: "/my-bucket?list-type=2", headers: headers}
	}
	copied := func(headers ...string) sending {
		return sending{method: "PUT", target: "/my-bucket/copy", headers: append(headers, "x-amz-copy-source",
			"/my-bucket/k")}
	}
	for _, row := range []struct {
		name    string
		q       sending
		code    s3err.Code // zero: it is allowed
		message string
	}{
		{"the owner", get(own, ownAccount), s3err.Code{}, ""},
		{"another", get(own, otherAccount), s3err.AccessDenied, "Access Denied"},
		{"no account", get(own, "my-account"), s3err.InvalidBucketOwnerAWSAccountID,
			"The value of the expected bucket owner parameter must be an AWS Account ID... [my-account]"},
		{"a source's owner where there is no source", get(source, "my-account"), s3err.Code{}, ""},
		{"another owner of the source, in the same bucket", copied(own, ownAccount, source, otherAccount),
			s3err.AccessDenied, "Access Denied"},
		{"another owner of the copy", copied(own, otherAccount, source, ownAccount), s3err.AccessDenied, "Access Denied"},
		{"no account of the source", copied(source, "1"), s3err.InvalidBucketOwnerAWSAccountID, ""},
		{"a new bucket has no owner yet", sending{method: "PUT", target: "/new-bucket", headers: []string{own, "x"}},
			s3err.Code{}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			x := trial{answers: awsAnswers(), identity: []authz.Named{allowing(t, `"s3:*"`)}, sending: row.q}
			c := x.court(t)
			defer c.Close()
			b := bench{live: c.Live, now: c.Now}
			b.must(t, put("/my-bucket/k", "hello"))
			c.Moment = c.Live.Now()
			questions, err := c.Checks()
			for _, q := range questions {
				c.Decisions = append(c.Decisions, authz.Evaluate(q))
			}
			if err == nil {
				err = c.Refused()
			}
			switch err := s3err.Of(err); {
			case err == nil && row.code != s3err.Code{}:
				t.Fatalf("not refused, want %v", row.code)
			case err != nil && (s3err.Of(err).Code != row.code || row.message != "" && s3err.Of(err).Message != row.message):
				t.Fatalf("%v: %s", s3err.Of(err).Code, s3err.Of(err).Message)
			}
		})
	}
}

// Tags of a new bucket are asked for by s3:TagResource, and seen by policies.
func TestTagsOfANewBucket(t *testing.T) {
	body := `<CreateBucketConfiguration><Tags><Tag><Key>team</Key><Value>a</Value></Tag></Tags></CreateBucketConfiguration>`
	q := sending{method: "PUT", target: "/new-bucket", body: body}
	b := newBench(t)
	b.must(t, q)
	if got := element(b.must(t, sending{method: "GET", target: "/new-bucket?tagging"}).body, "Key"); got != "team" {
		t.Errorf("the bucket has the tag %q", got)
	}
	c := trial{answers: awsAnswers(), sending: q}.court(t)
	defer c.Close()
	questions, err := c.Checks()
	if err != nil || len(questions) != 2 || questions[1].Action != "s3:TagResource" {
		t.Fatal(questions, err)
	}
	for _, q := range questions {
		if got := value(q.Context, "aws:RequestTag/team") + " " + value(q.Context, "aws:TagKeys"); got != "a team" {
			t.Errorf("%s sees %q", q.Action, got)
		}
	}
	b.do(t, sending{method: "PUT", target: "/other-bucket",
		body: `<CreateBucketConfiguration><Tags><Tag><Key>aws:x</Key><Value>a</Value></Tag></Tags></CreateBucketConfiguration>`}).
		refused(t, s3err.InvalidTag, "")
}
