package recorded

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/sigv4"
)

// Where ceph/s3-tests wishes for something else than AWS answers, AWS wins.
func TestAWSWins(t *testing.T) {
	run(t, []row{
		{"s3-tests 12", "owners come first in an ACL, groups have no name", func(p *play) {
			p.do("PUT", "/acls/k", text("x"), header("x-amz-acl", "public-read")).want(200)
			body := p.do("GET", "/acls/k?acl").want(200).body
			owner, group := strings.Index(body, "FULL_CONTROL"), strings.Index(body, "AllUsers")
			if owner > group || strings.Contains(body, "AllUsers</URI><DisplayName>") {
				p.Error(body)
			}
		}},
		{"s3-tests 7", "conditions of a write with values that S3 does not take", func(p *play) {
			p.do("PUT", "/my-bucket/k", text("x"), header("If-None-Match", "abc")).want(501, "NotImplemented").
				has("<Header>If-None-Match<")
			p.do("PUT", "/my-bucket/k", text("x"), header("If-Match", "*")).want(501, "NotImplemented").
				has("<Header>If-Match<")
			p.do("PUT", "/my-bucket/k", text("x"), header("If-Match", "a"), header("If-None-Match", "*")).
				want(501, "NotImplemented")
		}},
		{"s3-tests 5", "the status of no policy, and a part beyond the last", func(p *play) {
			p.do("GET", "/my-bucket?policyStatus").want(404, "NoSuchBucketPolicy")
			p.do("PUT", "/my-bucket/k", text("x")).want(200)
			p.do("GET", "/my-bucket/k?partNumber=2").want(416, "InvalidPartNumber")
		}},
		{"s3-tests 4", "encryption after its configuration is deleted", func(p *play) {
			p.do("DELETE", "/my-bucket?encryption").want(204)
			p.do("GET", "/my-bucket?encryption").want(200).has("<SSEAlgorithm>AES256<")
		}},
		{"s3-tests 3", "an upload under the customer's key is completed without it, and read with it alone", func(p *play) {
			key := customerKey("")
			p.begin("/my-bucket/k", "", "", key...).complete().want(200)
			p.do("GET", "/my-bucket/k", key...).want(200)
			p.do("GET", "/my-bucket/k").want(400, "InvalidRequest")
		}},
		{"s3-tests 3", "encryption by KMS on a part", func(p *play) {
			id := p.do("POST", "/my-bucket/k?uploads=", header("x-amz-server-side-encryption", "aws:kms")).want(200).
				element("UploadId")
			p.do("PUT", "/my-bucket/k?partNumber=1&uploadId="+id, text("x"), header("x-amz-server-side-encryption", "aws:kms")).
				want(400, "InvalidArgument")
		}},
		{"s3-tests 2", "a bucket made twice, a space in a key, eleven tags", func(p *play) {
			p.do("PUT", "/my-bucket").want(200)
			p.do("PUT", "/my-bucket/a%20b", text("x")).want(200)
			p.do("GET", "/my-bucket?encoding-type=url").want(200).has("<Key>a+b</Key>")
			p.do("PUT", "/my-bucket/k", text("x"), header("x-amz-tagging", "a=&b=&c=&d=&e=&f=&g=&h=&i=&j=&k=")).
				want(400, "BadRequest")
		}},
		{"s3-tests 1", "an empty token of objects, and lists of parts", func(p *play) {
			p.do("GET", "/my-bucket?list-type=2&continuation-token=").
				want(400, "InvalidArgument", "The continuation token provided is incorrect")
			u := p.begin("/my-bucket/k", "", "")
			p.do("POST", u.at).want(400, "InvalidRequest", "You must specify at least one part")
			u.list = append(u.list, u.list[1])
			u.complete().want(400, "InvalidPartOrder")
		}},
		{"s3-tests 3", "X-Amz-Expires out of range", func(p *play) {
			a := p.ask("GET", "/my-bucket/k", nil)
			scope := sigv4.Scope{Region: "us-east-1", Service: "s3"}
			sigv4.Presign(a.Request, p.srv.Credentials("app"), scope, 8*24*time.Hour, time.Now())
			p.send(a).want(400, "AuthorizationQueryParametersError")
		}},
	})
}

// Version ids that are none, and those of nothing, wherever one can be given.
func TestVersionIDs(t *testing.T) {
	const malformed = "Invalid version id specified"
	unknown := strings.Repeat("a", 32)
	calls := []struct {
		method, query string
		body          string
	}{
		{"GET", "", ""}, {"HEAD", "", ""}, {"GET", "tagging&", ""}, {"GET", "acl&", ""}, {"GET", "attributes&", ""},
		{"DELETE", "tagging&", ""}, {"GET", "retention&", ""}, {"GET", "legal-hold&", ""},
		{"PUT", "tagging&", "<Tagging/>"}, {"PUT", "legal-hold&", "<LegalHold><Status>ON</Status></LegalHold>"},
	}
	var rows []row
	for _, c := range calls {
		rows = append(rows, row{"13", c.method + " " + c.query, func(p *play) {
			p.do("PUT", "/locked/k", text("x")).want(200)
			ask := func(version string) *answer {
				return p.do(c.method, "/locked/k?"+c.query+"versionId="+version, text(c.body),
					header("x-amz-object-attributes", "ETag"))
			}
			if c.method == "HEAD" {
				ask("nonsense").want(400)
				ask(unknown).want(404)
				return
			}
			ask("nonsense").want(400, "InvalidArgument", malformed).
				has("<ArgumentName>versionId</ArgumentName><ArgumentValue>nonsense<")
			ask("").want(400, "InvalidArgument", "Version id cannot be the empty string")
			ask(unknown).want(404, "NoSuchVersion").has("<VersionId>" + unknown + "<")
		}})
	}
	rows = append(rows, row{"13", "DELETE, and the source of a copy", func(p *play) {
		p.do("DELETE", "/versions/k?versionId=nonsense").want(400, "InvalidArgument", malformed)
		p.do("DELETE", "/versions/k?versionId="+unknown).want(204)
		p.do("PUT", "/versions/k", text("x")).want(200)
		p.do("PUT", "/versions/copy", from("versions/k?versionId=nonsense")).want(400, "InvalidArgument", malformed)
		p.do("PUT", "/versions/copy", from("versions/k?versionId="+unknown)).want(404, "NoSuchVersion")
	}})
	run(t, rows)
}

// Conditional writes, by header and by presigned URLs that sign the condition.
func TestConditionalWrites(t *testing.T) {
	run(t, []row{
		{"13", "If-None-Match and If-Match", func(p *play) {
			for _, send := range []func(string, string, ...option) *answer{p.do, p.presigned} {
				none := header("If-None-Match", "*")
				send("PUT", "/my-bucket/k", text("one"), none).want(200)
				send("PUT", "/my-bucket/k", text("two"), none).want(412, "PreconditionFailed").has("<Condition>If-None-Match<")
				etag := p.do("HEAD", "/my-bucket/k").want(200).header.Get("ETag")
				send("PUT", "/my-bucket/k", text("two"), header("If-Match", `"nothing"`)).want(412, "PreconditionFailed")
				send("PUT", "/my-bucket/k", text("two"), header("If-Match", etag)).want(200)
				send("PUT", "/my-bucket/none", text("x"), header("If-Match", etag)).want(404, "NoSuchKey")
				send("DELETE", "/my-bucket/k", header("If-Match", etag)).want(412, "PreconditionFailed")
				p.do("DELETE", "/my-bucket/k").want(204)
			}
		}},
		{"13", "a URL that signs a condition is good with it alone", func(p *play) {
			a := p.ask("PUT", "/my-bucket/k", []option{text("x"), header("If-None-Match", "*")})
			scope := sigv4.Scope{Region: "us-east-1", Service: "s3"}
			sigv4.Presign(a.Request, p.srv.Credentials("app"), scope, time.Hour, time.Now())
			a.Header.Del("If-None-Match")
			p.send(a).want(403, "SignatureDoesNotMatch")
		}},
	})
}

// Bodies in pieces, of which the length is not told, wherever a body can be.
func TestUntoldLengths(t *testing.T) {
	var rows []row
	for _, at := range []string{
		"PUT /my-bucket/k", "PUT /new-bucket", "PUT /my-bucket?policy", "PUT /my-bucket?tagging", "POST /my-bucket?delete",
		"PUT /my-bucket/k?tagging", "PUT /my-bucket/k?partNumber=1&uploadId=x", "POST /my-bucket/k?uploadId=x",
	} {
		rows = append(rows, row{"s3-tests", at, func(p *play) {
			method, path, _ := strings.Cut(at, " ")
			for _, signed := range []bool{true, false} {
				a := p.ask(method, path, nil)
				a.Request.Body, a.ContentLength = &pieces{strings.NewReader("<a/>")}, -1
				if signed {
					scope := sigv4.Scope{Region: "us-east-1", Service: "s3"}
					sigv4.Sign(a.Request, p.srv.Credentials("app"), scope, sigv4.UnsignedPayload, time.Now())
				}
				p.send(a).want(501, "NotImplemented", "A header you provided implies functionality that is not implemented").
					has("<Header>Transfer-Encoding</Header>")
			}
		}})
	}
	rows = append(rows, row{"aws 19", "a presigned URL of Version 2, in pieces", func(p *play) {
		a := p.ask("PUT", "/my-bucket/k", []option{header("x-amz-decoded-content-length", "test")})
		a.Request.Body, a.ContentLength = &pieces{strings.NewReader("x")}, -1
		keys := p.srv.Credentials("app")
		keys.SecretAccessKey = "wrong"
		sigv4.PresignV2(a.Request, keys, "/my-bucket/k", time.Now().Add(time.Hour))
		p.send(a).want(403, "SignatureDoesNotMatch")
		for _, how := range []string{sigv4.StreamingUnsignedTrailer, sigv4.StreamingPayload} {
			a := p.ask("PUT", "/my-bucket/k", []option{text("x"), header("x-amz-decoded-content-length", "test"),
				header("x-amz-content-sha256", how)})
			sigv4.PresignV2(a.Request, keys, "/my-bucket/k", time.Now().Add(time.Hour))
			got := p.send(a)
			if how == sigv4.StreamingUnsignedTrailer {
				got.want(403, "SignatureDoesNotMatch")
			}
		}
	}})
	run(t, rows)
}

// The explanation of a masked 403 says what would show the 404.
func TestMaskedIsExplained(t *testing.T) {
	p := newPlay(t, recordedOn)
	got := p.do("GET", "/my-bucket/other/x", as("lister")).want(http.StatusForbidden, "AccessDenied")
	d := p.srv.Why(got.header.Get("x-amz-request-id"))
	if d == nil || !d.Denied() || d.Cause != "masking" {
		t.Fatalf("%+v", d)
	}
	advice, err := p.srv.Advice(got.header.Get("x-amz-request-id"))
	if err != nil || len(advice.Changes) == 0 {
		t.Fatalf("%+v, %v", advice, err)
	}
	if said := advice.Changes[0].Text; !strings.Contains(said, "s3:ListBucket") {
		t.Errorf("%+v", advice.Changes)
	}
}
