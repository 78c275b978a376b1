package recorded

import (
	"bytes"
	"encoding/base64"
	"mime/multipart"
	"testing"
	"time"

	"github.com/s3fault/s3fault/sigv4"
)

// post sends a form whose policy has those conditions besides the ones for bucket, key
// and signature.
func (p *play) post(conditions string, fields ...string) *answer {
	p.Helper()
	now := time.Now().UTC()
	keys, scope := p.srv.Credentials("app"), sigv4.Scope{Region: p.srv.Region, Service: "s3"}
	form := sigv4.Form{{Name: "key", Value: "posted"}}
	for i := 0; i < len(fields); i += 2 {
		form = append(form, sigv4.Field{Name: fields[i], Value: fields[i+1]})
	}
	if conditions != "" {
		conditions = "," + conditions
	}
	ends := now.Add(time.Hour).Format("2006-01-02T15:04:05Z")
	policy := `{"expiration":"` + ends + `","conditions":[{"bucket":"my-bucket"},` +
		`["starts-with","$key",""],["starts-with","$x-amz-algorithm",""],["starts-with","$x-amz-credential",""],` +
		`["starts-with","$x-amz-date",""],["starts-with","$x-amz-security-token",""]` + conditions + `]}`
	form = append(form, sigv4.Field{Name: "policy", Value: base64.StdEncoding.EncodeToString([]byte(policy))})
	form = sigv4.SignForm(form, keys, scope, now)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range form {
		_ = w.WriteField(f.Name, f.Value)
	}
	file, _ := w.CreateFormFile("file", "name.txt")
	_, _ = file.Write([]byte("hello"))
	_ = w.Close()
	return p.do("POST", "/my-bucket", as(""), header("Content-Type", w.FormDataContentType()), text(body.String()))
}

func TestForms(t *testing.T) {
	failed := func(condition string) string {
		return "Invalid according to Policy: Policy Condition failed: " + condition
	}
	run(t, []row{
		{"aws 6", "a condition whose field has no $", func(p *play) {
			p.post(`["eq","acl","private"]`, "acl", "private").
				want(403, "AccessDenied", failed(`["eq", "acl", "private"]`))
			p.post(`["starts-with","x-amz-meta-a",""]`, "x-amz-meta-a", "b").
				want(403, "AccessDenied", failed(`["starts-with", "x-amz-meta-a", ""]`))
		}},
		{"aws 6", "bounds of the size", func(p *play) {
			p.post(`["content-length-range","1","10"]`).want(204)
			p.post(`["content-length-range",1,"10"]`).want(204)
			p.post(`["content-length-range","1","2"]`).want(400, "EntityTooLarge")
			p.post(`["content-length-range","a","10"]`).
				want(403, "AccessDenied", failed(`["content-length-range", "a", "10"]`))
			p.post(`["content-length-range",1,"b"]`).want(403, "AccessDenied", failed(`["content-length-range", 1, "b"]`))
		}},
		{"aws 6", "tags", func(p *play) {
			tagging := `["starts-with","$tagging",""]`
			p.post(tagging, "tagging", "<Other/>").want(204)
			p.do("GET", "/my-bucket/posted?tagging").want(200).lacks("<Key>")
			p.post(tagging, "tagging", "<Tagging/>").want(204)
			p.post(tagging, "tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>").want(204)
			p.do("GET", "/my-bucket/posted?tagging").want(200).has("<Key>a</Key>")
			p.post(tagging, "tagging", "no XML").want(400, "MalformedXML")
		}},
		{"aws 6", "values as they were sent", func(p *play) {
			p.post(`["starts-with","$Content-Disposition",""]`, "Content-Disposition", "caf\u00e9").want(204)
			p.do("HEAD", "/my-bucket/posted").want(200).told("Content-Disposition", "caf\xe9")
			p.post(`["starts-with","$Content-Disposition",""]`, "Content-Disposition", "caf\xe9").want(204)
			p.do("HEAD", "/my-bucket/posted").want(200).told("Content-Disposition", "caf\xe9")
		}},
	})
}
