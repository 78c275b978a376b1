package browsers

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/emulator/emulatortest/sdkv2"
)

const shared = `
version: 1
scenarios:
  w:
    title: Pages of other origins
    accounts: {123456789012: {users: {ann: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}, bob: {}}}}
    callers: {ann: {user: ann}, bob: {user: bob}, root: {root: true}}
    trails: {all: {bucket: logs, data_events: true}}
    buckets:
      logs: {policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: cloudtrail.amazonaws.com}, Action: ["s3:GetBucketAcl", "s3:PutObject"], Resource: ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]}]}}
      plain: {objects: {k: {body: hello}}}
      open: {objects: {k: {body: hello}}, cors: [{allowed_origins: ["*"], allowed_methods: [GET], expose_headers: [x-amz-id-2, ETag]}]}
      two: {objects: {k: {body: hello}}, cors: [{allowed_origins: ["https://localhost:4200"], allowed_methods: [GET, PUT], allowed_headers: ["*"], max_age_seconds: 3000}]}
      named: {objects: {k: {body: hello}}, cors: [{allowed_origins: ["https://localhost:4200"], allowed_methods: [GET], allowed_headers: [x-amz-expected-bucket-owner, x-AMZ-server-SIDE-encryption]}]}
`

// said are the headers of an answer that are about other origins.
type said struct {
	status                                      int
	origin, methods, headers, exposed, age, may string
	varies                                      bool
}

const (
	enabled  = "CORSResponse: CORS is not enabled for this bucket."
	notFound = "CORSResponse: Bucket not found"
	notLetIn = "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec."
	angular  = "https://localhost:4200"
)

func ask(t *testing.T, method, url, body string, headers ...string) (said, string, http.Header) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return sent(t, r)
}

func sent(t *testing.T, r *http.Request) (said, string, http.Header) {
	t.Helper()
	reply, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	h := reply.Header
	of := func(name string) string { return h.Get("Access-Control-" + name) }
	return said{
		reply.StatusCode, of("Allow-Origin"), of("Allow-Methods"), of("Allow-Headers"), of("Expose-Headers"),
		of("Max-Age"), of("Allow-Credentials"),
		h.Get("Vary") == "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
	}, string(text), h
}

// What S3 was recorded to answer to preflights and to what follows them (s3-errors.md 2.7;
// LocalStack, test_s3_cors).
func TestCORS(t *testing.T) {
	srv := emulatortest.Start(t, "w", emulatortest.YAML(shared))
	const origin, method, names = "Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"
	both := said{200, angular, "GET, PUT", "", "", "3000", "true", true}
	get := said{200, angular, "GET", "", "", "", "true", true}
	with := func(s said, headers string) said { s.headers = headers; return s }
	refused := said{status: 403}
	for _, row := range []struct {
		ask     string
		headers []string
		want    said
		part    string // of the answer's body
	}{
		{"OPTIONS /plain/k", nil, said{status: 400}, "Insufficient information. Origin request header needed."},
		{"OPTIONS /plain/k", []string{origin, "whatever", method, "PUT"}, refused, enabled + "</Message><Method>PUT</Method><ResourceType>BUCKET</ResourceType>"},
		{"OPTIONS /plain/k", []string{origin, "whatever"}, refused, enabled + "</Message><Method>OPTIONS</Method><ResourceType>BUCKET</ResourceType>"},
		{"OPTIONS /nowhere/k", []string{origin, "whatever"}, refused, notFound + "</Message><Method>OPTIONS</Method><ResourceType>BUCKET</ResourceType>"},
		{"OPTIONS /two/k", []string{"Referer", angular, method, "PUT"}, said{status: 400}, "Insufficient information"},
		{"OPTIONS /two/k", []string{origin, angular, method, "PUT"}, both, ""},
		{"OPTIONS /two/none?uploads", []string{origin, angular, method, "PUT"}, both, ""},
		{"OPTIONS /two", []string{origin, angular, method, "GET"}, both, ""},
		{"OPTIONS /two/k", []string{origin, "http://localhost:4200", method, "PUT"}, refused, "<Code>AccessForbidden</Code><Message>" + notLetIn + "</Message><Method>PUT</Method><ResourceType>OBJECT</ResourceType>"},
		{"OPTIONS /two", []string{origin, angular + "/", method, "GET"}, refused, notLetIn + "</Message><Method>GET</Method><ResourceType>BUCKET</ResourceType>"},
		{"OPTIONS /two/k", []string{origin, angular, method, "DELETE"}, refused, notLetIn},
		{"OPTIONS /two/k", []string{origin, angular, method, "PATCH"}, said{status: 400, origin: ""}, "Invalid Access-Control-Request-Method: PATCH"},
		{"OPTIONS /two/k", []string{origin, angular}, said{status: 400}, "Invalid Access-Control-Request-Method: null"},
		{"OPTIONS /two/k", []string{origin, angular, method, "PUT", names, "x-amz-request-payer, x-amz-Expected-bucket-owner"}, with(both, "x-amz-request-payer, x-amz-expected-bucket-owner"), ""},
		{"OPTIONS /named/k", []string{origin, angular, method, "GET", names, "x-AMZ-expected-BUCKET-owner,x-amz-server-side-encryption"}, with(get, "x-amz-expected-bucket-owner, x-amz-server-side-encryption"), ""},
		{"OPTIONS /named/k", []string{origin, angular, method, "GET", names, "x-amz-request-payer"}, refused, notLetIn},
		{"OPTIONS /open/k", []string{origin, "localhost:4566", method, "GET"}, said{200, "*", "GET", "", "x-amz-id-2, ETag", "", "", true}, ""},
		{"OPTIONS /open/k", []string{origin, "localhost:4566", method, "GET", names, "range"}, refused, notLetIn},
		{"OPTIONS /", []string{origin, angular, method, "GET"}, refused, enabled},

		{"GET /plain/k", []string{origin, angular}, said{status: 200}, "hello"},
		{"GET /two/k", nil, said{status: 200}, "hello"},
		{"GET /two/k", []string{origin, angular}, both, "hello"},
		{"GET /two/k", []string{origin, "http://localhost:4200"}, said{status: 200}, "hello"},
		{"GET /two/none", []string{origin, angular}, said{404, angular, "GET, PUT", "", "", "3000", "true", true}, "NoSuchKey"},
		{"HEAD /two/k", []string{origin, angular}, said{status: 200}, ""},
		{"GET /named/k", []string{origin, angular, method, "PUT"}, said{status: 200}, "hello"},
		{"GET /named/k", []string{origin, angular, names, "x-amz-request-payer"}, said{status: 200}, "hello"},
		{"GET /named/k", []string{origin, angular, "x-amz-request-payer", "requester"}, get, "hello"},
		{"PUT /named/new", []string{origin, angular}, said{status: 200}, ""},
		{"GET /open/k", []string{origin, "http://random:1234"}, said{200, "*", "GET", "", "x-amz-id-2, ETag", "", "", true}, "hello"},
	} {
		verb, path, _ := strings.Cut(row.ask, " ")
		r, err := http.NewRequest(verb, srv.Endpoint+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(row.headers); i += 2 {
			r.Header.Set(row.headers[i], row.headers[i+1])
		}
		if verb != http.MethodOptions {
			sign(t, srv, r, "ann")
		}
		got, body, _ := sent(t, r)
		if got != row.want || !strings.Contains(body, row.part) {
			t.Errorf("%s %q: %+v %s\nwant %+v %s", row.ask, row.headers, got, body, row.want, row.part)
		}
	}
}

// A refusal of a page's request can be read by the page, whatever refuses it.
func TestRefusalsAreShared(t *testing.T) {
	srv := emulatortest.Start(t, "w", emulatortest.YAML(shared))
	want := said{403, angular, "GET, PUT", "", "", "3000", "true", true}
	r, err := http.NewRequest(http.MethodPut, srv.Endpoint+"/two/k", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", angular)
	sign(t, srv, r, "bob")
	if got, body, _ := sent(t, r); got != want || !strings.Contains(body, "AccessDenied") {
		t.Errorf("refused by a policy: %+v %s", got, body)
	}
	r.Header.Set("X-Amz-Meta-A", "not signed")
	if got, body, _ := sent(t, r); got != want {
		t.Errorf("refused by the signature: %+v %s", got, body)
	}
	r.Header.Del("X-Amz-Meta-A")
	sign(t, srv, r, "ann")
	srv.AddFault(`{name: slow, match: {operation: PutObject}, effect: {error: {code: SlowDown}}}`)
	want.status = 503
	if got, body, _ := sent(t, r); got != want {
		t.Errorf("refused by a rule: %+v %s", got, body)
	}
}

// A preflight is an operation that rules of faults can match, that is in the journal with
// its layer and its advice, and of which CloudTrail has an event of nobody.
func TestPreflightIsKnown(t *testing.T) {
	srv := emulatortest.Start(t, "w", emulatortest.YAML(shared))
	put, err := s3.NewPresignClient(sdkv2.S3(t, srv, "ann")).PresignPutObject(t.Context(),
		&s3.PutObjectInput{Bucket: aws.String("plain"), Key: aws.String("new")})
	if err != nil {
		t.Fatal(err)
	}
	preflight := func() (said, string, http.Header) {
		return ask(t, http.MethodOptions, put.URL, "", "Origin", angular, "Access-Control-Request-Method", "PUT")
	}
	got, body, h := preflight()
	if got.status != 403 {
		t.Fatalf("%+v %s", got, body)
	}
	e := srv.Requests()[len(srv.Requests())-1]
	if e.Operation != "Preflight" || e.Caller != "" || e.Bucket != "plain" || e.Key != "new" || e.Cause != nil {
		t.Errorf("the journal says %+v", e)
	}
	if d := e.Denied(); d == nil || d.Cause != "cors" || d.Action != "PreflightRequest" || len(d.DeniedBy) != 1 {
		t.Errorf("decided: %+v", e.Decisions)
	}
	a, err := srv.Advice(h.Get("x-amz-request-id"))
	if err != nil {
		t.Fatal(err)
	}
	const command = `aws s3api put-bucket-cors --bucket plain --cors-configuration '{"CORSRules":[{"AllowedMethods":["PUT"],"AllowedOrigins":["https://localhost:4200"]}]}'  # with credentials of the account 123456789012`
	if c := a.Changes[0].Commands; len(c) != 1 || c[0] != command {
		t.Errorf("the commands are %q", c)
	}
	patch, err := json.Marshal(a.Patch)
	if err != nil {
		t.Fatal(err)
	}
	if err := srv.Patch(string(patch)); err != nil {
		t.Fatal(err)
	}
	if got, body, _ := preflight(); got.status != 200 || got.origin != angular {
		t.Errorf("with the patch %s: %+v %s", patch, got, body)
	}
	srv.AddFault(`{name: once, match: {operation: Preflight}, when: {first: 1}, effect: {error: {code: SlowDown}}}`)
	if got, body, _ := preflight(); got.status != 503 {
		t.Errorf("with a rule: %+v %s", got, body)
	}
	events := eventsOf(t, srv, "PreflightRequest")
	if len(events) != 3 || events[0]["errorCode"] != "AccessForbidden" || events[1]["errorCode"] != nil {
		t.Fatalf("CloudTrail has %v", events)
	}
	for _, e := range events {
		id, _ := json.Marshal(e["userIdentity"])
		if string(id) != `{"accountId":"anonymous","principalId":"","type":"AWSAccount"}` || e["managementEvent"] != false || e["readOnly"] != true {
			t.Errorf("CloudTrail says %v", e)
		}
	}
}

// The SDK writes, reads and deletes a configuration.
func TestCORSBySDK(t *testing.T) {
	srv := emulatortest.Start(t, "w", emulatortest.YAML(shared))
	client := sdkv2.S3(t, srv, "ann")
	rule := types.CORSRule{
		ID: aws.String("web"), AllowedOrigins: []string{"https://test.com", "http://test.com:80"},
		AllowedMethods: []string{"GET", "PUT", "HEAD"}, AllowedHeaders: []string{"x-amz-*"}, ExposeHeaders: []string{"ETag"}, MaxAgeSeconds: aws.Int32(0),
	}
	_, err := client.PutBucketCors(t.Context(), &s3.PutBucketCorsInput{
		Bucket: aws.String("plain"), CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{rule}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: aws.String("plain")})
	if err != nil {
		t.Fatal(err)
	}
	wrote, _ := json.Marshal([]types.CORSRule{rule})
	if read, _ := json.Marshal(got.CORSRules); string(read) != string(wrote) {
		t.Errorf("wrote %s, read %s", wrote, read)
	}
	if _, err := client.DeleteBucketCors(t.Context(), &s3.DeleteBucketCorsInput{Bucket: aws.String("plain")}); err != nil {
		t.Fatal(err)
	}
	_, err = client.GetBucketCors(t.Context(), &s3.GetBucketCorsInput{Bucket: aws.String("plain")})
	if err == nil || !strings.Contains(err.Error(), "NoSuchCORSConfiguration: The CORS configuration does not exist") {
		t.Errorf("gone: %v", err)
	}
	r, err := http.NewRequest(http.MethodPut, srv.Endpoint+"/plain?cors", strings.NewReader("<CORSConfiguration/>"))
	if err != nil {
		t.Fatal(err)
	}
	signBody(t, srv, r, "ann", "<CORSConfiguration/>", time.Now())
	if _, body, _ := sent(t, r); !strings.Contains(body, "Missing required header for this request: Content-MD5") {
		t.Errorf("without a digest: %s", body)
	}
}
