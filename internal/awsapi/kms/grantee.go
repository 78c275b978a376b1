package kms

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/pattern"
	"github.com/s3fault/s3fault/internal/world"
)

// party is who has a part in a grant: somebody in IAM, or a service.
type party struct{ principal, service string }

// grantee is who gets the grant. A service that gets one for a resource was named as a
// service; one without was named as any other principal.
func grantee(g *authz.KeyGrant) party {
	if g.SourceARN != "" && serviceForm.MatchString(g.Grantee) {
		return party{service: g.Grantee}
	}
	return party{principal: g.Grantee}
}

// retirer is who may retire the grant.
func retirer(g *authz.KeyGrant) party {
	if serviceForm.MatchString(g.RetiringPrincipal) {
		return party{service: g.RetiringPrincipal}
	}
	return party{principal: g.RetiringPrincipal}
}

var (
	principalForm = pattern.New(`^[\w+=,.@:/-]{1,256}$`)
	grantNameForm = pattern.New(`^[a-zA-Z0-9:/_-]{1,256}$`)
	serviceForm   = pattern.New(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$`)
)

// readable refuses what no grant can be. Before the day of service principals KMS does
// not know their parameters.
func (in *createGrantInput) readable(c *awsapi.Call) error {
	if !c.State().Answers.Has(world.GrantsToServices) {
		in.forgetServices()
	}
	if len(in.Operations) == 0 {
		return c.Invalid("Operations", "[]", "Member must have length greater than or equal to 1")
	}
	for _, o := range in.Operations {
		if !slices.Contains(world.GrantOperations, o) {
			return c.Invalid("Operations", "["+strings.Join(in.Operations, ", ")+"]", "Member must satisfy constraint: [Member must satisfy enum value set: ["+strings.Join(world.GrantOperations, ", ")+"]]")
		}
	}
	if err := in.parties(c); err != nil {
		return err
	}
	switch {
	case in.Name != "" && !grantNameForm.MatchString(in.Name):
		return c.Invalid("Name", in.Name, `Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$`)
	case in.Constraints != nil && len(in.Constraints.EncryptionContextEquals) > 0 && len(in.Constraints.EncryptionContextSubset) > 0:
		return awsapi.Refuse("ValidationException", "Only one of EncryptionContextEquals and EncryptionContextSubset can be given.")
	}
	return nil
}

func (in *createGrantInput) forgetServices() {
	in.GranteeServicePrincipal, in.RetiringServicePrincipal = "", ""
	if in.Constraints != nil {
		in.Constraints.SourceArn = ""
	}
}

// parties holds who gets the grant, and who may retire it, against KMS's rules (KMS API
// Reference, "CreateGrant"; the words are not seen [unsure]).
func (in *createGrantInput) parties(c *awsapi.Call) error {
	toService := in.GranteeServicePrincipal != ""
	switch {
	case !toService && in.GranteePrincipal == "":
		return c.Invalid("GranteePrincipal", nil, "Member must not be null")
	case toService && in.GranteePrincipal != "":
		return awsapi.Refuse("ValidationException", "You must specify either GranteePrincipal or GranteeServicePrincipal, but not both.")
	case in.RetiringPrincipal != "" && in.RetiringServicePrincipal != "":
		return awsapi.Refuse("ValidationException", "You can specify either RetiringPrincipal or RetiringServicePrincipal, but not both.")
	case toService && (in.Constraints == nil || in.Constraints.SourceArn == ""):
		return awsapi.Refuse("ValidationException", "When you specify a GranteeServicePrincipal, you must also specify a SourceArn grant constraint.")
	case toService && in.RetiringPrincipal == "" && in.RetiringServicePrincipal == "":
		return awsapi.Refuse("ValidationException", "When you specify a GranteeServicePrincipal, you must specify either a RetiringPrincipal or a RetiringServicePrincipal.")
	case !toService && !principalForm.MatchString(in.GranteePrincipal):
		return c.Invalid("GranteePrincipal", in.GranteePrincipal, `Member must satisfy regular expression pattern: ^[\w+=,.@:/-]+$`)
	}
	return in.real(c)
}

// real refuses parties that there are not.
func (in *createGrantInput) real(c *awsapi.Call) error {
	isService := func(name string) bool { return name == "" || serviceForm.MatchString(name) }
	const wanted = "Member must satisfy regular expression pattern: "
	switch {
	case !isService(in.GranteeServicePrincipal):
		return c.Invalid("GranteeServicePrincipal", in.GranteeServicePrincipal, wanted+serviceForm.String())
	case !isService(in.RetiringServicePrincipal):
		return c.Invalid("RetiringServicePrincipal", in.RetiringServicePrincipal, wanted+serviceForm.String())
	}
	for _, name := range []string{in.GranteePrincipal, in.RetiringPrincipal} {
		if name != "" && !isPrincipal(c, name) {
			return invalidARN("ARN does not refer to a valid principal: %s", name)
		}
	}
	return nil
}

// isPrincipal says whether a grant may name the principal: somebody in IAM who is
// there, or a service.
func isPrincipal(c *awsapi.Call, name string) bool {
	if strings.HasPrefix(name, "arn:aws:iam::") || strings.HasPrefix(name, "arn:aws:sts::") {
		return c.InForce().PrincipalExists(name)
	}
	return serviceForm.MatchString(name)
}
