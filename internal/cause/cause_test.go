package cause_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// A cause goes with its refusal, and changes nothing of what the client reads.
func TestCauseGoesWithTheRefusal(t *testing.T) {
	refusal := s3err.New(s3err.NoSuchUpload)
	err := cause.Say(refusal, "no upload %s", "x")
	if c := cause.Of(err); c == nil || c.Text != "no upload x" {
		t.Errorf("the cause is %+v", c)
	}
	if s3err.Of(err) != refusal || !errors.Is(err, refusal) || err.Error() != refusal.Error() {
		t.Errorf("the refusal is %v", err)
	}
	if c := cause.Of(refusal); c != nil {
		t.Errorf("a plain refusal has the cause %+v", c)
	}
	other := refusal.WithMessage("other")
	if kept := cause.Keep(other, err); s3err.Of(kept) != other || cause.Of(kept) != cause.Of(err) {
		t.Errorf("kept: %v, %+v", kept, cause.Of(kept))
	}
	if kept := cause.Keep(other, refusal); kept != error(other) {
		t.Errorf("kept of none: %v", kept)
	}
}

// What a request brings does not fill the journal.
func TestCausesAreBounded(t *testing.T) {
	long := strings.Repeat("ä", 4000)
	c := cause.Of(cause.Explain(s3err.New(s3err.InvalidTag),
		journal.Cause{Text: long, Wanted: long, Seen: long, Element: long}))
	for _, text := range []string{c.Text, c.Wanted, c.Seen, c.Element} {
		if len(text) > 1100 || !utf8.ValidString(text) {
			t.Errorf("%d bytes, valid: %v", len(text), utf8.ValidString(text))
		}
	}
}

// A document of whose fault no nearest name is known still has a cure.
func TestDocumentsAreMended(t *testing.T) {
	for name, row := range map[string]struct{ statement, cure string }{
		"an action of objects, and the bucket": {
			`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b"}`,
			"write arn:aws:s3:::b/* in the place of arn:aws:s3:::b: s3:GetObject works on accesspointobject, object.",
		},
		"an action of the bucket, and objects": {
			`{"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":["arn:aws:s3:::b/*"]}`,
			"write arn:aws:s3:::b in the place of arn:aws:s3:::b/*: s3:ListBucket works on",
		},
		"a principal that is nobody's": {
			`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ID"},` +
				`"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`,
			"name somebody who is there in the place of arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ID.",
		},
	} {
		text := `{"Version":"2012-10-17","Statement":[` + row.statement + `]}`
		rules := policy.Rules{Kind: policy.Bucket, Bucket: "b", PrincipalExists: func(string) bool { return false }}
		_, problem := policy.Load([]byte(text), rules)
		d := cause.Document{What: "the bucket policy of b", Text: text, Kind: policy.Bucket}
		c := cause.Of(d.Refused(s3err.New(s3err.MalformedPolicy), problem))
		if c == nil || len(c.Cures) == 0 || !strings.Contains(c.Cures[0].Text, row.cure) {
			t.Errorf("%s: %+v", name, c)
		}
	}
}
