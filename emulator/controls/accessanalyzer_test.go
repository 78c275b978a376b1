package controls

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"
)

func TestValidatePolicy(t *testing.T) {
	t.Parallel()
	srv := start(t, stsWorld)
	api := as(t, srv, "alice").accessanalyzer
	for _, test := range []struct {
		name, document string
		kind           types.PolicyType
		codes          []string
	}{
		{"nothing wrong", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::my-bucket/*"}]}`, types.PolicyTypeIdentityPolicy, nil},
		{"no such action", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObjekt","Resource":"arn:aws:s3:::my-bucket/*"}]}`, types.PolicyTypeResourcePolicy, []string{"INVALID_ACTION"}},
		{"no version", `{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`, types.PolicyTypeIdentityPolicy, []string{"MISSING_VERSION"}},
		{"no JSON", `{"Statement":`, types.PolicyTypeServiceControlPolicy, []string{"JSON_SYNTAX_ERROR"}},
	} {
		out, err := api.ValidatePolicy(ctx, &accessanalyzer.ValidatePolicyInput{PolicyDocument: aws.String(test.document), PolicyType: test.kind})
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if len(out.Findings) != len(test.codes) {
			t.Errorf("%s: got %d findings, want %q", test.name, len(out.Findings), test.codes)
			continue
		}
		for i, f := range out.Findings {
			if *f.IssueCode != test.codes[i] || len(f.Locations) != 1 || f.Locations[0].Span == nil {
				t.Errorf("%s: got %s at %+v", test.name, *f.IssueCode, f.Locations)
			}
		}
	}
	_, err := api.ValidatePolicy(ctx, &accessanalyzer.ValidatePolicyInput{PolicyDocument: aws.String("{}"), PolicyType: "NO_POLICY"})
	var refused *types.ValidationException
	if !errors.As(err, &refused) {
		t.Errorf("a type that there is not: %v", err)
	}
	_, err = as(t, srv, "bob").accessanalyzer.ValidatePolicy(ctx, &accessanalyzer.ValidatePolicyInput{PolicyDocument: aws.String("{}"), PolicyType: types.PolicyTypeIdentityPolicy})
	var denied *types.AccessDeniedException
	if !errors.As(err, &denied) {
		t.Errorf("without permission: %v", err)
	}
}

func TestCheckAccessNotGranted(t *testing.T) {
	t.Parallel()
	srv := start(t, stsWorld)
	api := as(t, srv, "alice").accessanalyzer
	in := func(action string) *accessanalyzer.CheckAccessNotGrantedInput {
		return &accessanalyzer.CheckAccessNotGrantedInput{
			PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Sid":"Read","Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}`),
			PolicyType:     types.AccessCheckPolicyTypeIdentityPolicy, Access: []types.Access{{Actions: []string{action}}},
		}
	}
	granted, err := api.CheckAccessNotGranted(ctx, in("s3:GetObject"))
	if err != nil {
		t.Fatal(err)
	}
	if granted.Result != types.CheckAccessNotGrantedResultFail || len(granted.Reasons) != 1 || *granted.Reasons[0].StatementId != "Read" {
		t.Errorf("got %+v", granted)
	}
	if out, err := api.CheckAccessNotGranted(ctx, in("s3:PutObject")); err != nil || out.Result != types.CheckAccessNotGrantedResultPass {
		t.Errorf("got %+v, %v", out, err)
	}
	bad := in("s3:GetObject")
	bad.PolicyDocument = aws.String("{}")
	_, err = api.CheckAccessNotGranted(ctx, bad)
	var unprocessable *types.UnprocessableEntityException
	if !errors.As(err, &unprocessable) {
		t.Errorf("a bad policy: %v", err)
	}
}
