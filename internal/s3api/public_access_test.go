package s3api

import (
	"testing"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

func TestPublicAccessBlockBodies(t *testing.T) {
	for _, row := range []struct {
		name, body string
		code       s3err.Code // zero: taken
		want       world.PublicAccessBlock
	}{
		{name: "nothing is on", body: `<PublicAccessBlockConfiguration/>`},
		{name: "one",
			body: `<PublicAccessBlockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>`,
			want: world.PublicAccessBlock{BlockPublicAcls: true}},
		{name: "all",
			body: `<PublicAccessBlockConfiguration><BlockPublicAcls>TRUE</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>`,
			want: world.PublicAccessBlock{BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true,
				RestrictPublicBuckets: true}},
		{name: "empty", code: s3err.MissingRequestBodyError},
		{name: "another document", body: `<PublicAccess/>`, code: s3err.MalformedXML},
		{name: "a setting that there is not",
			body: `<PublicAccessBlockConfiguration><BlockPublicACLs>true</BlockPublicACLs></PublicAccessBlockConfiguration>`,
			code: s3err.MalformedXML},
		{name: "neither true nor false",
			body: `<PublicAccessBlockConfiguration><BlockPublicAcls>yes</BlockPublicAcls></PublicAccessBlockConfiguration>`,
			code: s3err.MalformedXML},
	} {
		b := newBench(t)
		a := b.do(t, create("/my-bucket?publicAccessBlock", row.body))
		got := b.live.Now().State.Buckets["my-bucket"].PublicAccessBlock
		switch {
		case a.err != nil:
			if a.err.Code != row.code || got != nil {
				t.Errorf("%s: %v, %+v", row.name, a.err, got)
			}
		case row.code != s3err.Code{} || got == nil || *got != row.want:
			t.Errorf("%s: %+v, want %+v", row.name, got, row.want)
		}
	}
}
