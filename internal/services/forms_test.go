package services_test

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/services"
	"github.com/s3fault/s3fault/internal/worldtest"
)

// asked is an unsigned request for an action: its parameters as a body, and as a query and
// a label where the protocol has them there.
func asked(s *awsapi.Service, a *awsapi.Action, given string) (r *http.Request, path string) {
	method, path, body := http.MethodPost, "/", given
	switch {
	case a.Path != "":
		method, path = a.Method, a.Path
		if at := strings.IndexByte(path, '{'); at >= 0 {
			label, rest, _ := strings.Cut(path[at:], "}")
			path = path[:at] + url.PathEscape(strings.Trim(given, "/")+label) + rest
		}
	case s.Target == "":
		body = "Action=" + a.Name + "&Version=" + s.Version + "&" + given
	}
	r, _ = http.NewRequest(method, "http://127.0.0.1/", strings.NewReader(body))
	if a.Path != "" {
		r.URL.Path, r.URL.RawPath, r.URL.RawQuery = path, path, given
	}
	r.Header.Set("X-Amz-Target", s.Target+a.Name)
	r.Header.Set("x-amz-account-id", "123456789012")
	return r, path
}

// FuzzForms holds for whatever an action of a control API is asked with, in the form of its
// protocol: it is read or refused as malformed, in an answer that can be read and is no
// larger than a few times what was sent. Nothing panics, whoever asks.
func FuzzForms(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "[]", "null", strings.Repeat("[", 20_000), `{"a":` + strings.Repeat(`{"Tags":[`, 3000),
		`{"KeyId":"k","Tags":[{"TagKey":"","TagValue":null},null,[],1]}`, `{"KeyId":"\ud800","TagKeys":[null,"a",{}]}`,
		`{"EncryptionContext":{"":"","k":1},"Operations":["None"],"Limit":1e400,"PendingWindowInDays":-1}`,
		`{"Name":"a","PolicyType":"b","access":[{"actions":[""]}],"policyDocument":{}}`,
		"RoleArn=&RoleSessionName=%00&DurationSeconds=1&Tags.member.1.Key=&Tags.member.2=",
		"UserName=bad name!&Path=x&Tags.member.1.Value=v&TagKeys.member.1=&MaxItems=0",
		"Filter.1.Name=&Filter.1.Value.1=&MaxResults=4&VpcEndpointType=x&TagSpecification.1.Tag.1.Key=",
		"<PublicAccessBlockConfiguration><BlockPublicAcls>1", strings.Repeat("<a>", 20_000), "tagKeys=&tagKeys=%zz",
	} {
		for which := range 8 {
			f.Add(which*31, seed)
		}
	}
	w := worldtest.Build(f, "accounts: {123456789012: {users: {alice: {}}}}")
	f.Fuzz(func(t *testing.T, which int, given string) {
		if which < 0 || len(given) > 1<<16 {
			return
		}
		s := services.All[which%len(services.All)]
		a := s.Actions[which/len(services.All)%len(s.Actions)]
		r, path := asked(s, a, given)
		frame := exchange.Frame{Request: r, RequestID: "id", HostID: "host", Moment: w.Moment, Now: time.Unix(1e9, 0)}
		c := awsapi.Read(s, frame, path)
		if _, err := c.Checks(); err != nil {
			refusal(t, s, c.Fail(err), len(given))
		}
	})
}

// refusal holds that a client can read a refusal.
func refusal(t *testing.T, s *awsapi.Service, reply *exchange.Reply, given int) {
	t.Helper()
	body, err := io.ReadAll(reply.Body)
	if err != nil || reply.Code == "" || reply.Status < 400 || reply.Status >= 500 {
		t.Errorf("%v, %d %s: %s", err, reply.Status, reply.Code, body)
	}
	if len(body) > 40_000+40*given {
		t.Errorf("%d bytes are answered to %d", len(body), given)
	}
	var into any = new(struct{ XMLName xml.Name })
	unmarshal := xml.Unmarshal
	if s.Protocol == awsapi.JSON || s.Protocol == awsapi.RESTJSON {
		into, unmarshal = new(any), json.Unmarshal
	}
	if err := unmarshal(body, into); err != nil {
		t.Errorf("%v in %s", err, body)
	}
}
