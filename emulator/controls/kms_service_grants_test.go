package controls

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

const serviceGrantWorld = `
    as_of: 2026-05-20
    accounts:
      123456789012:
        users:
          all: {policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}}
    callers:
      all: {user: all}
      logs: {service: delivery.logs.amazonaws.com, source_arn: "arn:aws:logs:us-east-1:123456789012:delivery/mine", source_account: "123456789012"}
      others: {service: delivery.logs.amazonaws.com, source_arn: "arn:aws:logs:us-east-1:123456789012:delivery/theirs", source_account: "123456789012"}
    kms_keys:
      key-1: {policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::123456789012:user/all"}, Action: "kms:*", Resource: "*"}]}}
    buckets:
      my-bucket:
        encryption: {algorithm: "aws:kms", kms_key: key-1}
        policy: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {Service: delivery.logs.amazonaws.com}, Action: "s3:GetObject", Resource: "arn:aws:s3:::my-bucket/*"}]}
        objects: {file.txt: {body: "hello\n"}}
`

func serviceGrant() *kms.CreateGrantInput {
	return &kms.CreateGrantInput{
		KeyId: aws.String("key-1"), Operations: []types.GrantOperation{types.GrantOperationDecrypt},
		GranteeServicePrincipal: aws.String("delivery.logs.amazonaws.com"), RetiringPrincipal: aws.String("arn:aws:iam::123456789012:user/all"),
		Constraints: &types.GrantConstraints{SourceArn: aws.String("arn:aws:logs:us-east-1:123456789012:delivery/mine")},
	}
}

// A grant to a service is for one resource of the account, on whose behalf it asks.
func TestGrantToAService(t *testing.T) {
	t.Parallel()
	srv := start(t, serviceGrantWorld)
	c := as(t, srv, "all").kms
	refusedWith(t, read(t, srv, "logs"), "AccessDenied")
	made, err := c.CreateGrant(ctx, serviceGrant())
	if err != nil {
		t.Fatal(err)
	}
	if err := read(t, srv, "logs"); err != nil {
		t.Error(err)
	}
	refusedWith(t, read(t, srv, "others"), "AccessDenied")
	list, err := c.ListGrants(ctx, &kms.ListGrantsInput{KeyId: aws.String("key-1")})
	if err != nil {
		t.Fatal(err)
	}
	if g := list.Grants[0]; g.GranteePrincipal != nil || *g.GranteeServicePrincipal != "delivery.logs.amazonaws.com" ||
		*g.RetiringPrincipal != "arn:aws:iam::123456789012:user/all" || *g.Constraints.SourceArn != *serviceGrant().Constraints.SourceArn {
		t.Errorf("%+v %+v", g, g.Constraints)
	}
	if err := srv.Patch(`{"kms_keys":{"key-1":{"description":"described again"}}}`); err != nil {
		t.Fatal(err)
	}
	refusedWith(t, read(t, srv, "others"), "AccessDenied")
	if _, err := c.RetireGrant(ctx, &kms.RetireGrantInput{GrantToken: made.GrantToken}); err != nil {
		t.Error(err)
	}
	refusedWith(t, read(t, srv, "logs"), "AccessDenied")
}

func TestGrantsToServicesRefused(t *testing.T) {
	t.Parallel()
	c := as(t, start(t, serviceGrantWorld), "all").kms
	for name, change := range map[string]func(*kms.CreateGrantInput){
		"no source":   func(in *kms.CreateGrantInput) { in.Constraints = nil },
		"nobody ends": func(in *kms.CreateGrantInput) { in.RetiringPrincipal = nil },
		"two end it":  func(in *kms.CreateGrantInput) { in.RetiringServicePrincipal = in.GranteeServicePrincipal },
		"two get it":  func(in *kms.CreateGrantInput) { in.GranteePrincipal = in.RetiringPrincipal },
		"nobody gets": func(in *kms.CreateGrantInput) { in.GranteeServicePrincipal = nil },
		"no service":  func(in *kms.CreateGrantInput) { in.GranteeServicePrincipal = aws.String("logs") },
	} {
		in := serviceGrant()
		change(in)
		_, err := c.CreateGrant(ctx, in)
		t.Log(name)
		refusedWith(t, err, "ValidationException")
	}
}

func TestGrantsToServicesOfTheDayBefore(t *testing.T) {
	t.Parallel()
	c := as(t, start(t, strings.Replace(serviceGrantWorld, "as_of: 2026-05-20", "as_of: 2026-05-19", 1)), "all").kms
	_, err := c.CreateGrant(ctx, serviceGrant())
	if refused := refusedWith(t, err, "ValidationException"); !strings.Contains(refused.ErrorMessage(), "granteePrincipal") {
		t.Error(refused)
	}
}

// The condition keys of a grant are those of kms:CreateGrant and, some of them, of
// kms:RetireGrant.
func TestConditionsOfServiceGrants(t *testing.T) {
	t.Parallel()
	srv := start(t, serviceGrantWorld)
	c := as(t, srv, "all").kms
	for condition, allowed := range map[string]bool{
		`{"StringEquals":{"kms:GranteeServicePrincipal":"delivery.logs.amazonaws.com"}}`:                                                 true,
		`{"Null":{"kms:GranteePrincipal":"true"}}`:                                                                                       true,
		`{"ArnLike":{"kms:GrantConstraintSourceArn":"arn:aws:logs:*:123456789012:*"}}`:                                                   true,
		`{"StringEquals":{"kms:GrantConstraintType":"EncryptionContextEquals"}}`:                                                         false,
		`{"StringEquals":{"kms:RetiringPrincipal":"arn:aws:iam::123456789012:user/all"},"Null":{"kms:RetiringServicePrincipal":"true"}}`: true,
	} {
		err := srv.Patch(`{"kms_keys":{"key-1":{"policy":{"Statement":[
			{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/all"},"Action":"kms:CreateGrant","Resource":"*","Condition":` + condition + `}]}}}}`)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.CreateGrant(ctx, serviceGrant()); (err == nil) != allowed {
			t.Errorf("%s: %v", condition, err)
		}
	}
}

// Who retires a grant is asked about the grant's own constraints.
func TestConditionsOfRetiring(t *testing.T) {
	t.Parallel()
	srv := start(t, kmsWorld)
	in := &kms.CreateGrantInput{
		KeyId: keyID, Operations: []types.GrantOperation{types.GrantOperationDecrypt}, GranteePrincipal: aws.String("arn:aws:iam::123456789012:user/all"),
		Constraints: &types.GrantConstraints{EncryptionContextEquals: map[string]string{"team": "a"}},
	}
	made, err := as(t, srv, "all").kms.CreateGrant(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	retire := func(condition string) error {
		limit(t, srv, condition)
		_, err := as(t, srv, "s3only").kms.RetireGrant(ctx, &kms.RetireGrantInput{GrantToken: made.GrantToken})
		return err
	}
	refusedWith(t, retire(`{"StringEquals":{"kms:EncryptionContext:team":"b"}}`), "AccessDeniedException")
	refusedWith(t, retire(`{"Null":{"kms:GranteePrincipal":"false"}}`), "AccessDeniedException")
	if err := retire(`{"StringEquals":{"kms:EncryptionContext:team":"a","kms:GrantConstraintType":"EncryptionContextEquals"}}`); err != nil {
		t.Error(err)
	}
}
