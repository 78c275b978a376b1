package audit

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/policy"
)

// Whatever an Allow gives, without an action it gives just the rest.
func TestLessThanIsAllButTheAction(t *testing.T) {
	for _, action := range policy.Actions("s3") {
		for _, pattern := range []string{"*", "s3:*", "s3:Get*", "s3:*Object*", "s3:?ut*", action.Name} {
			given := policy.MatchAction(pattern, action.Name)
			left := lessThan([]string{pattern}, action.Name)
			for _, other := range policy.Actions("s3") {
				want := policy.MatchAction(pattern, other.Name) && (!given || other.Name != action.Name)
				if matched(left, other.Name) != want {
					t.Fatalf("%s without %s: %v; is %s among them? want %v", pattern, action.Name, left, other.Name, want)
				}
			}
			if pattern == "*" && given && !matched(left, "kms:Decrypt") {
				t.Fatalf("* without %s has lost kms:Decrypt: %v", action.Name, left)
			}
			if text, _ := json.Marshal(left); len(text) > 2048 {
				t.Fatalf("%s without %s is longer than a user's policies may be: %d", pattern, action.Name, len(text))
			}
		}
	}
}

func TestNarrowedStatements(t *testing.T) {
	for name, c := range map[string]struct{ doc, want string }{
		"an action alone goes, and the policy with it": {
			`{"Statement":{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}}`, `null`,
		},
		"others stay": {
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:PutObject","s3:GetObject"],"Resource":"*"}]}`,
			`{"Statement":[{"Action":["s3:GetObject"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}`,
		},
		"NotAction gets one more": {
			`{"Statement":[{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}]}`,
			`{"Statement":[{"Effect":"Allow","NotAction":["iam:*","s3:PutObject"],"Resource":"*"}]}`,
		},
		"what denies it is left": {
			`{"Statement":[{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"},` +
				`{"Effect":"Allow","Action":"s3:putobject","Resource":"*"}]}`,
			`{"Statement":[{"Action":"s3:PutObject","Effect":"Deny","Resource":"*"}]}`,
		},
	} {
		var doc node
		if err := json.Unmarshal([]byte(c.doc), &doc); err != nil {
			t.Fatal(err)
		}
		narrow, changed := narrowed(doc, []string{"s3:PutObject"})
		got, _ := json.Marshal(narrow)
		if string(got) != c.want || !changed {
			t.Errorf("%s: %s, changed %v; want %s", name, got, changed, c.want)
		}
		if text, _ := json.Marshal(doc); strings.Contains(c.want, string(text)) && c.want != "null" {
			t.Errorf("%s: the world's own policy was changed: %s", name, text)
		}
	}
	other := node{"Statement": []any{map[string]any{"Effect": "Allow", "Action": "s3:Get*"}}}
	if _, changed := narrowed(other, []string{"s3:PutObject"}); changed {
		t.Error("a policy that does not give the action is changed")
	}
}

// The user agents are those that SDKs sent here.
func TestRetryModes(t *testing.T) {
	const boto = "Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux#6.18 md/arch#x86_64 lang/python#3.11.7 "
	for agent, want := range map[string]string{
		boto + "m/N,D,b,Z,g cfg/retry-mode#legacy Botocore/1.43.11": "legacy",
		boto + "m/b,E,N,Z cfg/retry-mode#standard Botocore/1.43.11": "standard",
		boto + "m/F,b,N,Z": "adaptive",
		"aws-sdk-go-v2/1.45.1 ua/2.1 os/linux lang/go#1.26.8 api/s3#1.110.0 m/E,g":                 "standard",
		"aws-sdk-js/3.1168.0 ua/2.1 os/linux#6.18 lang/js md/nodejs#20.20.2 api/s3#3.1168.0 m/E,g": "standard",
		"MinIO (linux; amd64) minio-go/v7.0.80":                                                    "",
		"":                                                                                         "",
	} {
		if got := retryMode(agent); got != want {
			t.Errorf("%q: %q, want %q", agent, got, want)
		}
	}
}
