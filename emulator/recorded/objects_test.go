package recorded

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/sigv4"
)

func from(source string) option { return header("x-amz-copy-source", source) }

const copySourceArgument = "<ArgumentName>x-amz-copy-source</ArgumentName>" +
	"<ArgumentValue>x-amz-copy-source</ArgumentValue>"

func TestCopies(t *testing.T) {
	run(t, []row{
		{"aws 5", "into a bucket whose versions are suspended", func(p *play) {
			p.do("PUT", "/my-bucket/k", text("x")).want(200)
			copied := p.do("PUT", "/paused/k", from("my-bucket/k")).want(200)
			copied.told("x-amz-version-id", "null").told("x-amz-copy-source-version-id", "")
			p.do("PUT", "/paused/k2", from("paused/k")).want(200).told("x-amz-version-id", "null")
			p.do("PUT", "/paused/put", text("x")).want(200).told("x-amz-version-id", "")
			version := p.do("PUT", "/versions/k", text("x")).want(200).header.Get("x-amz-version-id")
			p.do("PUT", "/paused/k3", from("versions/k")).want(200).told("x-amz-copy-source-version-id", version)
		}},
		{"aws 23", "sources as addresses", func(p *play) {
			p.do("PUT", "/my-bucket/a%20b", text("spaced")).want(200)
			for _, source := range []string{
				"http://s3.amazonaws.com/my-bucket/a%20b", "https://example.com/my-bucket/a+b",
				"HTTPS://s3.us-east-1.amazonaws.com/my-bucket/a%20b",
				"/my-bucket/a+b", "my-bucket/a%20b",
			} {
				p.do("PUT", "/my-bucket/copy", from(source)).want(200)
				p.do("GET", "/my-bucket/copy").want(200).has("spaced")
				p.do("DELETE", "/my-bucket/copy").want(204)
			}
		}},
		{"aws 23", "sources that name nothing", func(p *play) {
			for source, message := range map[string]string{
				"my-bucket": "Invalid copy source object key", "my-bucket/": "Invalid copy source object key",
				"My_Bucket!/k": "Invalid copy source bucket name", "my-bucket/%zz": "Invalid copy source encoding.",
			} {
				p.do("PUT", "/my-bucket/copy", from(source)).want(400, "InvalidArgument", message).has(copySourceArgument)
			}
		}},
		{"clients 1, +", "a + in a copy's source is a space", func(p *play) {
			p.do("PUT", "/my-bucket/a%20b", text("spaced")).want(200)
			p.do("PUT", "/my-bucket/a%2Bb", text("plussed")).want(200)
			p.do("PUT", "/my-bucket/x", from("my-bucket/a+b")).want(200)
			p.do("GET", "/my-bucket/x").want(200).has("spaced")
			p.do("PUT", "/my-bucket/x", from("my-bucket/a%2Bb")).want(200)
			p.do("GET", "/my-bucket/x").want(200).has("plussed")
			p.do("PUT", "/my-bucket/x", from("my-bucket/no+such")).want(404, "NoSuchKey").has("<Key>no such</Key>")
			p.do("GET", "/my-bucket/a+b").want(200).has("spaced")
		}},
		{"aws 25", "onto itself, where the bucket says how it is encrypted", func(p *play) {
			illegal := "This copy request is illegal because it is trying to copy an object to itself without changing the " +
				"object's metadata, storage class, website redirect location or encryption attributes."
			p.do("PUT", "/my-bucket/k", text("x")).want(200)
			p.do("PUT", "/my-bucket/k", from("my-bucket/k")).want(400, "InvalidRequest", illegal)
			p.do("PUT", "/my-bucket?encryption", text("<ServerSideEncryptionConfiguration><Rule>"+
				"<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>"+
				"</Rule></ServerSideEncryptionConfiguration>")).want(200)
			p.do("PUT", "/my-bucket/k", from("my-bucket/k")).want(200)
			p.do("DELETE", "/my-bucket?encryption").want(204)
			p.do("PUT", "/my-bucket/k", from("my-bucket/k")).want(400, "InvalidRequest", illegal)
			p.do("PUT", "/kms/k", text("x")).want(200)
			p.do("PUT", "/kms/k", from("kms/k")).want(200)
		}},
	})
}

func TestObjects(t *testing.T) {
	run(t, []row{
		{"aws 26", "a redirect to nowhere", func(p *play) {
			const name = "x-amz-website-redirect-location"
			const words = "The website redirect location must have a prefix of 'http://' or 'https://' or '/'."
			p.do("PUT", "/my-bucket/k", text("x"), header(name, "google.com")).want(400, "InvalidRedirectLocation", words)
			p.do("POST", "/my-bucket/k?uploads", header(name, "google.com")).want(400, "InvalidRedirectLocation", words)
			p.do("PUT", "/my-bucket/k", text("x"), header(name, "/other")).want(200)
			p.do("PUT", "/my-bucket/k2", from("my-bucket/k"), header(name, "ftp://x")).
				want(400, "InvalidRedirectLocation", words)
		}},
		{"s3-tests", "a body that comes in pieces, without its length", func(p *play) {
			for _, method := range []string{"PUT", "POST"} {
				a := p.ask(method, "/my-bucket/k", nil)
				a.Body, a.ContentLength = http.NoBody, -1
				a.Request.Body = &pieces{strings.NewReader("hello")}
				scope := sigv4.Scope{Region: "us-east-1", Service: "s3"}
				sigv4.Sign(a.Request, p.srv.Credentials("app"), scope, sigv4.UnsignedPayload, time.Now())
				if method == "PUT" {
					p.send(a).want(501, "NotImplemented").has("<Header>Transfer-Encoding</Header>")
				}
			}
			p.do("GET", "/my-bucket/k").want(404, "NoSuchKey")
		}},
		{"s3-tests", "an empty Content-MD5", func(p *play) {
			p.do("PUT", "/my-bucket/k", text("x"), header("Content-MD5", "")).want(400, "InvalidDigest")
			p.do("PUT", "/my-bucket/k", text("x"), header("Content-MD5", "nonsense")).want(400, "InvalidDigest")
			p.do("PUT", "/my-bucket/k", text("x")).want(200)
		}},
		{"aws 19", "a presigned URL of Version 2 with a wrong signature", func(p *play) {
			a := p.ask("PUT", "/my-bucket/k", []option{text("x"), header("x-amz-decoded-content-length", "test")})
			keys := p.srv.Credentials("app")
			keys.SecretAccessKey = "wrong"
			sigv4.PresignV2(a.Request, keys, "/my-bucket/k", time.Now().Add(time.Hour))
			p.send(a).want(403, "SignatureDoesNotMatch")
		}},
		{"aws 25", "a presigned path that begins with an escaped slash", func(p *play) {
			p.presigned("GET", "/%2Fmy-bucket/k").want(403, "SignatureDoesNotMatch")
		}},
		{"versitygw", "five checksums of April 2026 are no headers before", func(p *play) {
			p.do("PUT", "/my-bucket/k", text("x"), header("x-amz-checksum-sha512", "AAAA")).want(200)
			later := newPlay(p.T, recordedOn.AddDate(0, 3, 0))
			later.do("PUT", "/my-bucket/k", text("x"), header("x-amz-checksum-sha512", "AAAA")).
				want(400, "InvalidRequest", "Value for x-amz-checksum-sha512 header is invalid.")
		}},
		{"13", "part numbers", func(p *play) {
			id := p.do("POST", "/my-bucket/k?uploads=").want(200).element("UploadId")
			for _, number := range []string{"0", "10001", "-1", "x", ""} {
				p.do("PUT", "/my-bucket/k?uploadId="+id+"&partNumber="+number, text("x")).
					want(400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive").
					has("<ArgumentName>partNumber</ArgumentName><ArgumentValue>" + number + "<")
			}
			p.do("PUT", "/my-bucket/k?partNumber=1&uploadId=none", text("x")).want(404, "NoSuchUpload")
			for _, number := range []string{"0", "10001"} {
				body := "<CompleteMultipartUpload><Part><PartNumber>" + number + "</PartNumber><ETag>x</ETag></Part>" +
					"</CompleteMultipartUpload>"
				p.do("POST", "/my-bucket/k?uploadId="+id, text(body)).want(400, "MalformedXML")
			}
		}},
	})
}

// pieces is a body of which nobody knows how long it is.
type pieces struct{ *strings.Reader }

func (*pieces) Close() error { return nil }
