package s3control

import (
	"encoding/xml"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3control"

	"github.com/s3fault/s3fault/internal/awsapi/wiretest"
	"github.com/s3fault/s3fault/internal/world"
)

func TestWireStructs(t *testing.T) { wiretest.Hold(t, Service, &s3control.Client{}) }

// What is read is what is written, and nothing else is read.
func FuzzConfiguration(f *testing.F) {
	f.Add(`<PublicAccessBlockConfiguration xmlns="` + namespace +
		`"><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>`)
	f.Add(`<PublicAccessBlockConfiguration><BlockPublicPolicy>TRUE</BlockPublicPolicy><RestrictPublicBuckets>1</RestrictPublicBuckets></PublicAccessBlockConfiguration>`)
	f.Add(`<PublicAccessBlockConfiguration><BlockPublicACLs>true</BlockPublicACLs></PublicAccessBlockConfiguration>`)
	f.Add(`<Other/>`)
	f.Fuzz(func(t *testing.T, body string) {
		var in, again putInput
		if xml.Unmarshal([]byte(body), &in) != nil {
			return
		}
		written, err := xml.Marshal(configuration{in.PublicAccessBlockConfiguration})
		if err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(written, &again); err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		if *again.PublicAccessBlockConfiguration != *in.PublicAccessBlockConfiguration {
			t.Errorf("%q is read as %+v, and written as %s", body, *in.PublicAccessBlockConfiguration, written)
		}
	})
}

func TestConfigurationIsReadStrictly(t *testing.T) {
	for body, want := range map[string]*world.PublicAccessBlock{
		`<PublicAccessBlockConfiguration/>`: {},
		`<PublicAccessBlockConfiguration xmlns="` + namespace +
			`"><IgnorePublicAcls>true</IgnorePublicAcls></PublicAccessBlockConfiguration>`: {IgnorePublicAcls: true},
		`<PublicAccessBlockConfiguration><BlockPublicACLs>true</BlockPublicACLs></PublicAccessBlockConfiguration>`: nil,
		`<PublicAccessBlockConfiguration><BlockPublicAcls>yes</BlockPublicAcls></PublicAccessBlockConfiguration>`:  nil,
		`<PublicAccess/>`: nil,
	} {
		var in putInput
		err := xml.Unmarshal([]byte(body), &in)
		switch got := in.PublicAccessBlockConfiguration; {
		case want == nil && err == nil:
			t.Errorf("%s: read as %+v", body, got)
		case want != nil && (err != nil || got == nil || *got != *want):
			t.Errorf("%s: %v, %+v", body, err, got)
		}
	}
}

// CloudTrail's events say whose the public access block is, and are called as the
// actions else (CloudTrail User Guide, "Amazon S3 CloudTrail events").
func TestNamesOfEvents(t *testing.T) {
	for _, a := range Service.Actions {
		want := a.Name
		if before, public := strings.CutSuffix(want, "PublicAccessBlock"); public {
			want = before + "AccountPublicAccessBlock"
		}
		if a.Event != want {
			t.Errorf("%s is called %s, want %s", a.Name, a.Event, want)
		}
	}
}
