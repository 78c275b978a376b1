package fault

import (
	"net/http"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/tree"
)

// few is a catalogue of a few operations.
var few = &Catalogue{
	Operations: []Operation{
		{Name: "GetObject", Class: Reads, ResponseBody: true},
		{Name: "HeadObject", Class: Reads | Heads},
		{Name: "ListObjectsV2", Class: Reads | Lists, ResponseBody: true},
		{Name: "ListBuckets", Class: Reads | Lists, ResponseBody: true},
		{Name: "PutObject", Class: Writes, RequestBody: true},
		{Name: "UploadPart", Class: Writes, RequestBody: true},
		{Name: "CopyObject", Class: Writes, ResponseBody: true},
		{Name: "CompleteMultipartUpload", Class: Writes, RequestBody: true, ResponseBody: true},
		{Name: "CreateMultipartUpload", Class: Writes, ResponseBody: true},
		{Name: "DeleteObject", Class: Writes | Deletes},
		{Name: "DeleteObjects", Class: Writes | Deletes, RequestBody: true, ResponseBody: true},
		{Name: "UploadPartCopy", Class: Writes, ResponseBody: true},
		{Service: "iam", Name: "CreateUser", Class: Writes, ResponseBody: true},
		{Service: "iam", Name: "GetUser", Class: Reads, ResponseBody: true},
		{Service: "kms", Name: "Decrypt", Class: Writes, ResponseBody: true},
		{Service: Credentials, Name: "ContainerCredentials", ResponseBody: true},
		{Service: Credentials, Name: "InstanceCredentials", ResponseBody: true},
	},
	Errors: map[string][]Told{"iam": {{"Throttling", 400, "Rate exceeded"}}, Credentials: {{"ThrottlingException", 429, "Rate exceeded"}}},
}

func (in *Catalogue) named(t testing.TB, name string) Operation {
	t.Helper()
	for _, o := range in.Operations {
		if o.String() == name {
			return o
		}
	}
	t.Fatalf("no operation %s", name)
	return Operation{}
}

func known(t testing.TB) Known {
	t.Helper()
	k, err := NewKnown(few)
	if err != nil {
		t.Fatal(err)
	}
	k.Callers = []string{"app", "admin"}
	return k
}

// planOf is the rules of a YAML text.
func planOf(t testing.TB, text string) *Plan {
	t.Helper()
	rules, err := read(t, text)
	if err != nil {
		t.Fatal(err)
	}
	return &Plan{Rules: rules, Loaded: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func read(t testing.TB, text string) ([]*Rule, error) {
	t.Helper()
	n, err := tree.ParseYAML("f", []byte(text))
	if err != nil {
		return nil, err
	}
	return known(t).ReadRules(n)
}

// request is one for an operation, by app.
func request(t testing.TB, operation, key string) *Request {
	t.Helper()
	r, err := http.NewRequest(http.MethodPut, "http://127.0.0.1/my-bucket/"+key, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.RemoteAddr = "127.0.0.1:1"
	return &Request{
		Operation: few.named(t, operation), Bucket: "my-bucket", Key: key, Caller: "app", HTTP: r,
		Now: time.Date(2026, 1, 1, 0, 1, 0, 0, time.UTC),
	}
}

// struck is the name of the rule that strikes the request at the stage; empty: none does.
func struck(v *Visit, at Stage) string {
	if s := v.Strike(at); s != nil {
		return s.Rule.Name
	}
	return ""
}
