package authz

import (
	"strings"
	"time"

	"github.com/s3fault/s3fault/policy"
)

// PartGrant is the part of the layer kms that speaks of grants.
const PartGrant = "grant"

// KeyGrant is a grant of a KMS key: it lets a principal use the key for some
// operations, and can take nothing away (KMS Developer Guide, "Grants in AWS
// KMS").
type KeyGrant struct {
	ID, Name          string
	Grantee           string // ARN of a user, role or session, or a service principal's name
	RetiringPrincipal string
	Operations        []string  // as KMS names them: Decrypt, GenerateDataKey
	Issuer            string    // account number of who made it; empty: the key's
	Created           time.Time // for who lists grants; it decides nothing
	// The constraints: the request's encryption context must be this, or hold this.
	ContextEquals, ContextSubset map[string]string
	// SourceARN is the resource on whose behalf a service must ask; empty: any.
	SourceARN string
}

// keyGrant says whether a grant allows the use of the key.
func keyGrant(q *question, a *answer) {
	for i := range q.Key.Grants {
		if g := &q.Key.Grants[i]; g.allows(q) {
			a.says(Allow, q.detail("the grant ", g.ID, " gives ", g.Grantee, " the operation ", operation(q.Action)))
			return
		}
	}
}

// operation is what KMS's API calls an action.
func operation(action string) string { return strings.TrimPrefix(action, "kms:") }

// contextless are the operations of grants that have no encryption context: a
// grant's constraints do not apply to them (KMS Developer Guide, "Using grant
// constraints"). What one may grant on is for CreateGrant itself to compare.
var contextless = map[string]bool{"DescribeKey": true, "RetireGrant": true, "CreateGrant": true}

func (g *KeyGrant) allows(q *question) bool {
	for _, o := range g.Operations {
		if strings.EqualFold(o, operation(q.Action)) {
			return g.isFor(q.Principal) && g.isForSource(q) && (contextless[operation(q.Action)] || g.constrained(q.Context))
		}
	}
	return false
}

// isFor says whether the requester is the grantee. A grant to a role is one to all its
// sessions.
func (g *KeyGrant) isFor(p *policy.Principal) bool {
	return g.Grantee == p.String() || p.Kind == policy.RoleSession && g.Grantee == p.RoleARN
}

// isForSource says whether the request is made on behalf of the resource that the grant
// is for. Who may retire it need not be (KMS API Reference, "CreateGrant").
func (g *KeyGrant) isForSource(q *question) bool {
	if g.SourceARN == "" || operation(q.Action) == "RetireGrant" {
		return true
	}
	source, _ := q.Context.Get("aws:SourceArn")
	return len(source) == 1 && source[0] == g.SourceARN
}

const encryptionContext = "kms:EncryptionContext:"

// constrained says whether the encryption context meets the grant's constraints.
// The case of a name does not count in one, that of a value does (KMS API
// Reference, GrantConstraints).
func (g *KeyGrant) constrained(ctx *policy.Context) bool {
	for _, wanted := range []map[string]string{g.ContextEquals, g.ContextSubset} {
		for name, value := range wanted {
			if got, _ := ctx.Get(encryptionContext + name); len(got) != 1 || got[0] != value {
				return false
			}
		}
	}
	if len(g.ContextEquals) == 0 {
		return true
	}
	names, _ := ctx.Get("kms:EncryptionContextKeys")
	return len(names) == len(g.ContextEquals)
}
