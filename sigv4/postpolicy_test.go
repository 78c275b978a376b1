package sigv4

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

func TestParseFormRefusals(t *testing.T) {
	good := func() Form {
		return Form{
			{"key", "k"}, {"policy", "e30="}, {"x-amz-signature", "00"}, {"x-amz-algorithm", AlgorithmV4},
			{"x-amz-credential", goodCredential}, {"x-amz-date", "20130524T000000Z"},
		}
	}
	edit := func(f Form, name, value string) Form {
		out := Form{}
		for _, field := range f {
			if field.Name == name {
				if value == "" {
					continue
				}
				field.Value = value
			}
			out = append(out, field)
		}
		return out
	}
	v2 := Form{{"key", "k"}, {"policy", "e30="}, {"AWSAccessKeyId", "a"}, {"signature", "b"}}
	for _, row := range []struct {
		row             string
		f               Form
		reason          Reason
		argument, value string
	}{
		{"1.4 no signature", edit(good(), "x-amz-signature", ""), FormFieldMissing, "X-Amz-Signature", ""},
		{"1.4 no algorithm", edit(good(), "x-amz-algorithm", ""), FormFieldMissing, "X-Amz-Algorithm", ""},
		{"1.4 no credential", edit(good(), "x-amz-credential", ""), FormFieldMissing, "X-Amz-Credential", ""},
		{"1.4 no date", edit(good(), "x-amz-date", ""), FormFieldMissing, "X-Amz-Date", ""},
		{"1.4 no policy", edit(good(), "policy", ""), FormFieldMissing, "policy", ""},
		{"1.4 V2 no signature", edit(v2, "signature", ""), FormFieldMissing, "Signature", ""},
		{"1.4 V2 no key", edit(v2, "AWSAccessKeyId", ""), FormFieldMissing, "AWSAccessKeyId", ""},
		{"1.4 empty key", edit(good(), "x-amz-credential", "/20130524/us-east-1/s3/aws4_request"), AccessKeyEmpty,
			"X-Amz-Credential", "/20130524/us-east-1/s3/aws4_request"},
		{"1.4 credential", edit(good(), "x-amz-credential", "a/b"), CredentialMalformed, "X-Amz-Credential", "a/b"},
		{"1.4 date", edit(good(), "x-amz-date", "2013-05-24"), FormDateMalformed, "X-Amz-Date", "2013-05-24"},
		{"1.4 date differs", edit(good(), "x-amz-date", "20130525T000000Z"), ScopeDateDiffers, "X-Amz-Credential",
			"20130524"},
		{"1.4 algorithm", edit(good(), "x-amz-algorithm", "AWS"), FormAlgorithmUnsupported, "X-Amz-Algorithm", "AWS"},
	} {
		t.Run(row.row, func(t *testing.T) {
			p, err := ParseForm(row.f)
			e := refusal(t, err)
			if p != nil || e.Reason != row.reason || e.Argument != row.argument || e.Value != row.value ||
				e.Location != FormFields {
				t.Errorf("%v in %q, value %q at %v", e.Reason, e.Argument, e.Value, e.Location)
			}
		})
	}
	if p, e := ParseForm(Form{{"key", "k"}, {"policy", "e30="}, {"file", ""}}); p != nil || e != nil {
		t.Errorf("anonymous: %+v, %v", p, e)
	}
	if p, e := ParseForm(append(good(), Field{"X-Amz-Security-Token", "tok"})); e != nil || p.SessionToken != "tok" ||
		p.AccessKeyID != exampleKey {
		t.Errorf("%+v, %v", p, e)
	}
}

func encodePolicy(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func TestPolicyRefusals(t *testing.T) {
	conditions := func(text string) string {
		return `{"expiration":"2030-01-01T00:00:00Z","conditions":` + text + `}`
	}
	for _, row := range []struct {
		row, text string
		reason    Reason
		value     string
	}{
		{"1.4 not JSON", `{"expiration"`, PolicyNotJSON, ""},
		{"1.4 no object", `[]`, PolicyNotJSON, ""},
		{"1.4 two objects", `{}{}`, PolicyNotJSON, ""},
		{"1.4 unexpected", `{"statement":[],"other":1}`, PolicyUnexpected, "statement"},
		{"1.4 case", `{"Expiration":"2030-01-01T00:00:00Z","conditions":[]}`, PolicyUnexpected, "Expiration"},
		{"1.4 no expiration", `{"conditions":[]}`, PolicyExpirationMissing, ""},
		{"1.4 expiration", `{"expiration":"tomorrow","conditions":[]}`, PolicyExpirationInvalid, "tomorrow"},
		{"1.4 expiration number", `{"expiration":5,"conditions":[]}`, PolicyExpirationInvalid, "5"},
		{"1.4 expiration with zone", `{"expiration":"2030-01-01T00:00:00+01:00","conditions":[]}`, PolicyExpirationInvalid,
			"2030-01-01T00:00:00+01:00"},
		{"1.4 no conditions", `{"expiration":"2030-01-01T00:00:00Z"}`, PolicyConditionsMissing, ""},
		{"1.4 conditions no list", conditions(`{}`), PolicyConditionsInvalid, ""},
		{"1.4 conditions null", conditions(`null`), PolicyConditionsInvalid, ""},
		{"1.4 condition a string", conditions(`["eq"]`), PolicyConditionsInvalid, `"eq"`},
		{"1.4 empty simple", conditions(`[{}]`), PolicySimpleInvalid, ""},
		{"1.4 two properties", conditions(`[{"a":"1","b":"2"}]`), PolicySimpleInvalid, ""},
		{"1.4 one property twice", conditions(`[{"a":"1","a":"2"}]`), PolicySimpleInvalid, ""},
		{"1.4 simple number", conditions(`[{"a":1}]`), PolicyValueNotString, "a"},
		{"1.4 simple null", conditions(`[{"a":null}]`), PolicyValueNotString, "a"},
		{"1.4 list number", conditions(`[["eq","$a",1]]`), PolicyValueNotString, "eq"},
		{"1.4 no operator", conditions(`[[]]`), PolicyOperatorMissing, ""},
		{"1.4 operator number", conditions(`[[1,2,3]]`), PolicyOperatorMissing, ""},
		{"1.4 operator unknown", conditions(`[["ends-with","$a","b"]]`), PolicyOperatorUnknown, "ends-with"},
		{"1.4 two arguments", conditions(`[["eq","$a"]]`), PolicyArgumentsInvalid, "eq"},
		{"1.4 range of truths", conditions(`[["content-length-range",true,1]]`), PolicyArgumentsInvalid,
			"content-length-range"},
		{"1.4 range negative", conditions(`[["content-length-range",-1,5]]`), PolicyArgumentsInvalid,
			"content-length-range"},
		{"1.4 range of one", conditions(`[["content-length-range",1]]`), PolicyArgumentsInvalid, "content-length-range"},
	} {
		t.Run(row.row, func(t *testing.T) {
			_, err := ParsePostPolicy(encodePolicy(row.text))
			if e := refusal(t, err); e.Reason != row.reason || e.Value != row.value {
				t.Errorf("%v with %q, want %v with %q", e.Reason, e.Value, row.reason, row.value)
			}
		})
	}
	if _, e := ParsePostPolicy("*"); ReasonOf(e) != PolicyNotBase64 {
		t.Errorf("1.4 not base64: %v", e)
	}
}

func TestPolicyCheck(t *testing.T) {
	now := time.Date(2029, 12, 31, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		row, conditions string
		f               Form
		reason          Reason
		value           string
	}{
		{"eq", `["eq","$key","k"]`, Form{{"key", "k"}}, 0, ""},
		{"simple", `{"key":"k"}`, Form{{"Key", "k"}}, 0, ""},
		{"any case", `["StArTs-WiTh","$KeY","a/"]`, Form{{"key", "a/b"}}, 0, ""},
		{"starts-with nothing", `["starts-with","$key",""]`, Form{{"key", "anything"}}, 0, ""},
		{"starts-with nothing, absent", `["starts-with","$key",""]`, nil, 0, ""},
		{"bucket", `{"bucket":"b"}`, nil, 0, ""},
		{"bucket any case", `{"bUcKeT":"b"}`, nil, 0, ""},
		{"bucket starts-with", `["starts-with","$bucket","b"]`, Form{{"bucket", "b"}}, 0, ""},
		{"exempt", `{"key":"k"}`, Form{{"key", "k"}, {"Policy", "p"}, {"x-amz-signature", "s"}, {"X-Ignore-Me", "1"},
			{"AWSAccessKeyId", "a"}, {"signature", "s"}, {"file", "f"}}, 0, ""},
		{"list of types", `["starts-with","$Content-Type","image/"]`, Form{{"content-type", "image/png, image/jpeg"}}, 0,
			""},
		{"1.4 condition", `["eq","$success_action_redirect","http://x/?a&b"]`, Form{{"success_action_redirect",
			"http://y/"}}, PolicyConditionFailed, `["eq", "$success_action_redirect", "http://x/?a&b"]`},
		{"1.4 simple", `{"Key":"k"}`, Form{{"key", "K"}}, PolicyConditionFailed, `["eq", "$Key", "k"]`},
		{"1.4 absent", `{"acl":"private"}`, nil, PolicyConditionFailed, `["eq", "$acl", "private"]`},
		{"1.4 starts-with", `["starts-with","$key","a/"]`, Form{{"key", "b"}}, PolicyConditionFailed,
			`["starts-with", "$key", "a/"]`},
		{"1.4 one of two", `{"key":"k"}`, Form{{"key", "k"}, {"KEY", "other"}}, PolicyConditionFailed,
			`["eq", "$key", "k"]`},
		{"1.4 one of the types", `["starts-with","$Content-Type","image/"]`, Form{{"content-type", "image/png,text/html"}},
			PolicyConditionFailed, `["starts-with", "$Content-Type", "image/"]`},
		{"no dollar", `["eq","key","k"]`, Form{{"key", "k"}}, PolicyConditionFailed, `["eq", "key", "k"]`},
		{"range of words", `["content-length-range","a",5]`, nil, PolicyConditionFailed, `["content-length-range", "a", 5]`},
		{"1.4 bucket", `{"bucket":"c"}`, nil, PolicyConditionFailed, `["eq", "$bucket", "c"]`},
		{"1.4 extra", `{"key":"k"}`, Form{{"key", "k"}, {"x-amz-meta-Color", "red"}}, PolicyExtraField, "x-amz-meta-Color"},
		{"1.4 extra token", `{"key":"k"}`, Form{{"key", "k"}, {"x-amz-security-token", "t"}}, PolicyExtraField,
			"x-amz-security-token"},
	} {
		t.Run(row.row, func(t *testing.T) {
			p, err := ParsePostPolicy(encodePolicy(`{"expiration":"2030-01-01T00:00:00.000Z","conditions":[` + row.conditions +
				`]}`))
			if err != nil {
				t.Fatal(err)
			}
			if err = p.Check(row.f, "b", now); row.reason == 0 {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if e := refusal(t, err); e.Reason != row.reason || e.Value != row.value {
				t.Errorf("%+v, want %v with %q", e, row.reason, row.value)
			}
		})
	}
	p, _ := ParsePostPolicy(encodePolicy(`{"expiration":"2030-01-01T00:00:00.000Z","conditions":[]}`))
	if e := refusal(t, p.Check(nil, "b", now.AddDate(1, 0, 0))); e.Reason != PolicyExpired ||
		!e.ExpiresAt.Equal(p.Expiration) {
		t.Errorf("1.4 expired: %+v", e)
	}
}

func TestPolicySize(t *testing.T) {
	parse := func(conditions ...string) *PostPolicy {
		p, e := ParsePostPolicy(encodePolicy(`{"expiration":"2030-01-01T00:00:00Z","conditions":[` + strings.Join(conditions,
			",") + `]}`))
		if e != nil {
			t.Fatal(e)
		}
		return p
	}
	free := parse()
	if _, bounded := free.MaxSize(); bounded || free.CheckSize(1<<40, true) != nil {
		t.Error("a policy without a range bounds the size")
	}
	p := parse(`["content-length-range", 10, "100"]`, `["content-length-range", 0, 90]`)
	if most, bounded := p.MaxSize(); !bounded || most != 90 {
		t.Errorf("most %d, %v", most, bounded)
	}
	for _, row := range []struct {
		size   int64
		final  bool
		reason Reason
		limit  int64
	}{{10, true, 0, 0}, {90, true, 0, 0}, {9, true, EntityTooSmall, 10}, {9, false, 0, 0}, {91, true, EntityTooLarge, 90},
		{91, false, EntityTooLarge, 90}} {
		err := p.CheckSize(row.size, row.final)
		if row.reason == 0 {
			if err != nil {
				t.Errorf("%d: %v", row.size, err)
			}
			continue
		}
		if e := refusal(t, err); e.Reason != row.reason || e.Size != row.size || e.Limit != row.limit {
			t.Errorf("%d: %+v", row.size, e)
		}
	}
}

// A form signed by this package passes its own policy.
func TestSignForm(t *testing.T) {
	c := Credentials{exampleKey, exampleSecret, "token"}
	text := `{"expiration":"2030-01-01T00:00:00Z","conditions":[{"bucket":"b"},{"key":"k"}`
	for _, field := range FormFieldsV4(c, testScope, exampleDay) {
		text += `,{"` + field.Name + `":"` + field.Value + `"}`
	}
	f := SignForm(Form{{"key", "k"}, {"policy", encodePolicy(text + "]}")}}, c, testScope, exampleDay)
	p, e := ParseForm(f)
	if e != nil {
		t.Fatal(e)
	}
	if _, e = p.Verify(nil, Key{Secret: exampleSecret}); e != nil || p.SessionToken != "token" || p.Region != testRegion {
		t.Errorf("%+v, %v", p, e)
	}
	policy, e := ParsePostPolicy(p.Policy())
	if e != nil {
		t.Fatal(e)
	}
	if e := policy.Check(f, "b", exampleDay); e != nil {
		t.Error(e)
	}
}
