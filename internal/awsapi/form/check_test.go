package form

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// read is JSON as Check takes it.
func read(t testing.TB, text string) map[string]any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var given map[string]any
	if err := d.Decode(&given); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return given
}

// Sentences as AWS was recorded to say them (control-apis.md F1 to F5 and F11).
func TestSentences(t *testing.T) {
	const failed = "' failed to satisfy constraint: Member must "
	long, longer := strings.Repeat("a", 129), strings.Repeat("v", 257)
	for _, row := range []struct{ service, action, given, want string }{
		{"sts", "AssumeRole", `{"RoleArn":"arn:aws:iam::123456789012:role/r","RoleSessionName":"Session1:2"}`,
			"1 validation error detected: Value 'Session1:2' at 'roleSessionName" + failed + `satisfy regular expression pattern: [\w+=,.@-]*`},
		{"sts", "AssumeRole", `{"RoleArn":"arn:aws:iam::123456789012:role/r","RoleSessionName":"s"}`,
			"1 validation error detected: Value 's' at 'roleSessionName" + failed + `have length greater than or equal to 2`},
		{"sts", "AssumeRole", `{"RoleArn":"bogus","RoleSessionName":"s s"}`,
			"2 validation errors detected: Value 'bogus' at 'roleArn" + failed + "have length greater than or equal to 20; " +
				"Value 's s' at 'roleSessionName" + failed + `satisfy regular expression pattern: [\w+=,.@-]*`},
		{"sts", "AssumeRole", `{"RoleArn":"arn:aws:iam::123456789012:role/r","RoleSessionName":"ok","DurationSeconds":20}`,
			"1 validation error detected: Value '20' at 'durationSeconds" + failed + `have value greater than or equal to 900`},
		{"sts", "GetSessionToken", `{"TokenCode":"12345"}`,
			"1 validation error detected: Value '12345' at 'tokenCode" + failed + `have length greater than or equal to 6`},
		{"sts", "AssumeRoleWithWebIdentity", `{"RoleArn":"arn:aws:iam::123456789012:role/r","RoleSessionName":"ok","WebIdentityToken":"ab"}`,
			"1 validation error detected: Value at 'webIdentityToken" + failed + `have length greater than or equal to 4`},
		{"kms", "TagResource", `{"KeyId":"k","Tags":[{"TagKey":"` + long + `","TagValue":""}]}`,
			"1 validation error detected: Value '" + long + "' at 'tags.1.member.tagKey" + failed + "have length less than or equal to 128"},
		{"kms", "TagResource", `{"KeyId":"k","Tags":[{"TagKey":"a","TagValue":""},{"TagKey":"k","TagValue":"` + longer + `"}]}`,
			"1 validation error detected: Value '" + longer + "' at 'tags.2.member.tagValue" + failed + "have length less than or equal to 256"},
		{"kms", "CreateKey", `{"KeySpec":"HMAC_random"}`,
			"1 validation error detected: Value 'HMAC_random' at 'keySpec" + failed + "satisfy enum value set: [RSA_2048, ECC_NIST_P384, " +
				"ECC_NIST_P256, ECC_NIST_P521, HMAC_384, RSA_3072, ECC_SECG_P256K1, RSA_4096, SYMMETRIC_DEFAULT, HMAC_256, HMAC_224, HMAC_512]"},
		{"kms", "CreateKey", `{"KeyUsage":"RANDOM"}`,
			"1 validation error detected: Value 'RANDOM' at 'keyUsage" + failed + "satisfy enum value set: [ENCRYPT_DECRYPT, SIGN_VERIFY, GENERATE_VERIFY_MAC]"},
		{"kms", "UntagResource", `{}`,
			"2 validation errors detected: Value null at 'keyId" + failed + "not be null; Value null at 'tagKeys" + failed + "not be null"},
		{"kms", "UntagResource", `{"KeyId":"k","TagKeys":["a",""]}`,
			"1 validation error detected: Value '[a, ]' at 'tagKeys" + failed +
				"satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]"},
	} {
		if got := Sentence(Check(Of(row.service, row.action), read(t, row.given))); got != row.want {
			t.Errorf("%s %s\n got %s\nwant %s", row.action, row.given, got, row.want)
		}
	}
}

// Every pattern of the table is one that Go can look for, and matches what it should.
func TestPatternsCompile(t *testing.T) {
	count := 0
	for at, is := range model().types {
		if is.Pattern == "" {
			continue
		}
		if count++; is.Kind == String {
			if _, err := compile(is.Pattern); err != nil {
				t.Errorf("%s: %v", at, err)
			}
		}
	}
	if count < 40 {
		t.Errorf("%d patterns", count)
	}
	document := Of("iam", "CreatePolicy").member("PolicyDocument").Type
	if !document.matches("{\n\t\"é\": 1}") || document.matches("emoji \U0001F600") || document.matches("") {
		t.Error("a policy's pattern takes what it should not")
	}
}

// A table that says too little is not read.
func TestBadRows(t *testing.T) {
	for _, text := range []string{"iam", "iam\taction\tA", "iam\taction\tA\tMissing", "iam\ttype\tA\tstring\tx\t\t\t\t", "iam\tnone\tA\tB"} {
		if _, err := parse(text); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

// What is of another kind than the model has it was refused by who read it, and is passed
// over here; what breaks too much is not told to the end.
func TestCheckIsBounded(t *testing.T) {
	role := Of("sts", "AssumeRole")
	if got := Check(role, read(t, `{"RoleArn":{"a":1},"RoleSessionName":[1],"Tags":{"Key":"a"},"DurationSeconds":"x"}`)); len(got) != 0 {
		t.Errorf("%v", got)
	}
	tags := strings.TrimSuffix(strings.Repeat(`{"Key":""},`, 5000), ",")
	got := Check(role, read(t, `{"RoleArn":"arn:aws:iam::123456789012:role/r","RoleSessionName":"ok","Tags":[`+tags+`]}`))
	if len(got) != most {
		t.Errorf("%d are told", len(got))
	}
}
