package kms

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"maps"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type createGrantInput struct {
	KeyId                    string `aws:",required"`
	GranteePrincipal         string
	GranteeServicePrincipal  string
	Operations               []string `aws:",required"`
	RetiringPrincipal        string
	RetiringServicePrincipal string
	Constraints              *constraints
	GrantTokens              []string
	Name                     string
	DryRun                   bool
}

type constraints struct {
	EncryptionContextSubset map[string]string `json:",omitempty"`
	EncryptionContextEquals map[string]string `json:",omitempty"`
	SourceArn               string            `json:",omitempty"`
}

type createGrantOutput struct {
	GrantToken string
	GrantId    string
}

const maxGrants = 50000 // of a key

// grant is what the call wants to be made.
func (in *createGrantInput) grant() authz.KeyGrant {
	g := authz.KeyGrant{
		Name: in.Name, Grantee: cmp.Or(in.GranteePrincipal, in.GranteeServicePrincipal),
		RetiringPrincipal: cmp.Or(in.RetiringPrincipal, in.RetiringServicePrincipal),
		Operations:        slices.Compact(slices.Sorted(slices.Values(in.Operations))),
	}
	if c := in.Constraints; c != nil {
		g.ContextEquals, g.ContextSubset, g.SourceARN = c.EncryptionContextEquals, c.EncryptionContextSubset, c.SourceArn
	}
	return g
}

// checkCreateGrant asks for kms:CreateGrant. A grant that has it lets its grantee
// give away no more than it gives itself.
func checkCreateGrant(c *awsapi.Call, in *createGrantInput) ([]*authz.Request, error) {
	if err := in.readable(c); err != nil {
		return nil, err
	}
	for _, token := range in.GrantTokens {
		if _, _, ok := readToken(token); !ok {
			return nil, awsapi.Refuse("InvalidGrantTokenException", "Invalid grant token")
		}
	}
	wanted := in.grant()
	questions, err := checkNamed(c, in.KeyId, byKey, anyAccount, grantKeys(&wanted)...)
	if err != nil {
		return nil, err
	}
	key := questions[0].Key
	key.Grants = slices.DeleteFunc(slices.Clone(key.Grants), func(g authz.KeyGrant) bool { return !covers(&g, &wanted) })
	return questions, nil
}

// covers says whether a grant gives all that another does: its operations, and
// constraints that are no looser.
func covers(g, other *authz.KeyGrant) bool {
	for _, o := range other.Operations {
		if !slices.Contains(g.Operations, o) {
			return false
		}
	}
	if len(g.ContextEquals) > 0 && !maps.Equal(g.ContextEquals, other.ContextEquals) || g.SourceARN != "" && g.SourceARN != other.SourceARN {
		return false
	}
	for name, value := range g.ContextSubset {
		if other.ContextSubset[name] != value && other.ContextEquals[name] != value {
			return false
		}
	}
	return true
}

// grantKeys are KMS's condition keys about a grant.
func grantKeys(g *authz.KeyGrant) []awsapi.Key {
	named := func(name, value string) awsapi.Key { return awsapi.Key{Name: name, Values: asker.Given(value)} }
	to, retiring := grantee(g), retirer(g)
	keys := []awsapi.Key{
		named("kms:GranteePrincipal", to.principal), named("kms:GranteeServicePrincipal", to.service),
		named("kms:RetiringPrincipal", retiring.principal), named("kms:RetiringServicePrincipal", retiring.service),
		named("kms:GrantConstraintSourceArn", g.SourceARN), {Name: "kms:GrantOperations", Values: g.Operations},
	}
	if g.SourceARN != "" { // unless there is a constraint of the encryption context, too [unsure]
		keys = append(keys, named("kms:GrantConstraintType", "SourceArn"))
	}
	for kind, context := range map[string]map[string]string{"EncryptionContextEquals": g.ContextEquals, "EncryptionContextSubset": g.ContextSubset} {
		if len(context) == 0 {
			continue
		}
		keys = append(keys, named("kms:GrantConstraintType", kind),
			awsapi.Key{Name: "kms:EncryptionContextKeys", Values: slices.Sorted(maps.Keys(context))})
		for name, value := range context {
			keys = append(keys, awsapi.Key{Name: "kms:EncryptionContext:" + name, Values: []string{value}})
		}
	}
	return keys
}

func createGrant(c *awsapi.Call, in *createGrantInput) (*createGrantOutput, error) {
	key, err := find(c, in.KeyId, byKey)
	if err != nil {
		return nil, err
	}
	if err := usable(key); err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	g := in.grant()
	if same := sameGrant(key, &g); same != nil {
		return &createGrantOutput{newToken(key, same.ID), same.ID}, nil
	}
	if len(key.Grants) >= maxGrants {
		return nil, awsapi.Refuse("LimitExceededException", "The KMS key %s has %d grants, which is the most", key.ARN, maxGrants)
	}
	g.ID, g.Issuer, g.Created = hex.EncodeToString(random(32)), c.CallerAccount(), c.Now
	granted := *key
	granted.Grants = append(slices.Clone(key.Grants), g)
	return &createGrantOutput{newToken(key, g.ID), g.ID}, change(c, &granted)
}

// sameGrant is the grant of that name with all the same in it: a call that names its
// grant may be made again. Nil: there is none.
func sameGrant(key *world.Key, wanted *authz.KeyGrant) *authz.KeyGrant {
	for i := range key.Grants {
		g := &key.Grants[i]
		if wanted.Name != "" && g.Name == wanted.Name && g.Grantee == wanted.Grantee && g.RetiringPrincipal == wanted.RetiringPrincipal && g.SourceARN == wanted.SourceARN &&
			slices.Equal(slices.Sorted(slices.Values(g.Operations)), wanted.Operations) &&
			maps.Equal(g.ContextEquals, wanted.ContextEquals) && maps.Equal(g.ContextSubset, wanted.ContextSubset) {
			return g
		}
	}
	return nil
}

// dryRun ends a call that only wants to know whether it may.
func dryRun(asked bool) error {
	if !asked {
		return nil
	}
	return awsapi.Refuse("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return b
}
