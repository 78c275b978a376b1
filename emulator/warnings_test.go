package emulator_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/scenarios"
	"github.com/s3fault/s3fault/sigv4"
)

// doubtedYAML is a world whose policies name principals that nobody in it is.
const doubtedYAML = `
version: 1
responses: aws
scenarios:
  doubted:
    title: Policies of another world
    accounts:
      123456789012:
        roles: {r: {trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: brand-new.amazonaws.com}, Action: "sts:AssumeRole"}]}}}
    callers: {admin: {root: true}, cdn: {origin_access_identity: E2EXAMPLE1OAID}}
    kms_keys: {key-1: {policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: 123456789012, Service: other-new.amazonaws.com}, Action: "kms:*", Resource: "*"}]}}}
    buckets:
      my-bucket:
        policy:
          Version: 2012-10-17
          Statement:
            - {Effect: Allow, Principal: {CanonicalUser: 79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be}, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}
            - {Effect: Allow, Principal: {AWS: ["arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1", "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLE1OAID"]}, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}
            - {Effect: Allow, Principal: {Service: cloudfront.amazonaws.com}, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}
`

// What AWS might refuse in a file is taken, and told of once; so it is in a patch.
func TestWarningsAboutAFile(t *testing.T) {
	file, err := scenarios.Parse("test.yaml", []byte(doubtedYAML))
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	s, err := emulator.New(emulator.Config{File: file, Warn: func(world, warning string) { told = append(told, world+" "+warning) }})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"doubted test.yaml:5:3: the scenario doubted expects nothing: check plays no call of it",
		"doubted test.yaml:9:99: the service principal brand-new.amazonaws.com is none that s3fault knows;",
		"doubted test.yaml:11:122: the service principal other-new.amazonaws.com is none that s3fault knows;",
		"doubted test.yaml:17:58: this world has no canonical user id " +
			"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be;",
		"doubted test.yaml:18:49: this world has no origin access identity E1;",
	}
	begins := func(said, wanted string) bool { return strings.HasPrefix(said, wanted) }
	if !slices.EqualFunc(told, want, begins) {
		t.Errorf("told %q", told)
	}
	told = nil
	patch := `{"buckets":{"my-bucket":{"policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"newest.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}]}}}}`
	if err := s.Patch("doubted", []byte(patch)); err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(told, []string{"doubted bucket my-bucket: the service principal newest.amazonaws.com"}, begins) {
		t.Errorf("told of the patch: %q", told)
	}
}

// What a request brings is in its journal entry; a refused one has no warning.
func TestWarningsAboutARequest(t *testing.T) {
	srv := emulatortest.Start(t, "doubted", emulatortest.YAML(doubtedYAML))
	bucketPolicy := func(principal string) []byte {
		return []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}]}`)
	}
	last := func() []string {
		entries := srv.Requests()
		return entries[len(entries)-1].Warnings
	}
	for principal, warned := range map[string]bool{
		`{"Service":"brand-new.amazonaws.com"}`: true, `{"Service":"logging.s3.amazonaws.com"}`: false, `{"AWS":"123456789012"}`: false,
		`{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLE1OAID"}`: false,
	} {
		send(t, srv, "admin", "PUT", "/my-bucket?policy", bucketPolicy(principal)).want(t, 204, "")
		if got := last(); (len(got) == 1) != warned {
			t.Errorf("%s: warnings %q", principal, got)
		}
	}
	send(t, srv, "admin", "PUT", "/my-bucket?policy", bucketPolicy(`{"Service":["brand-new.amazonaws.com","no-service"]}`)).want(t, 400, "MalformedPolicy")
	if got := last(); got != nil {
		t.Errorf("a refused policy is warned of: %q", got)
	}
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"PRINCIPAL"},"Action":"sts:AssumeRole"}]}`
	for principal, status := range map[string]int{"brand-new.amazonaws.com": 200, "ec2.amazonaws.com": 200, "ec2.example.com": 400} {
		form := url.Values{"Action": {"UpdateAssumeRolePolicy"}, "Version": {"2010-05-08"}, "RoleName": {"r"}, "PolicyDocument": {strings.Replace(trust, "PRINCIPAL", principal, 1)}}.Encode()
		r := request(t, srv, "POST", "/", []byte(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		sigv4.Sign(r, credentials(srv, "admin"), sigv4.Scope{Region: "us-east-1", Service: "iam"}, sigv4.HashPayload([]byte(form)), time.Now())
		if a := do(t, r); a.status != status {
			t.Errorf("%s: %d %s", principal, a.status, a.body)
		}
		if got := last(); (len(got) == 1) != (principal == "brand-new.amazonaws.com") {
			t.Errorf("%s: warnings %q", principal, got)
		}
	}
}
