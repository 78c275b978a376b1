package kms

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type listGrantsInput struct {
	KeyId            string `aws:",required"`
	GrantId          string
	GranteePrincipal string
	piece
}

func (in *listGrantsInput) asked() string { return in.KeyId }

type grantListEntry struct {
	KeyId                    string
	GrantId                  string
	Name                     string
	CreationDate             float64
	GranteePrincipal         string `json:",omitempty"`
	GranteeServicePrincipal  string `json:",omitempty"`
	RetiringPrincipal        string `json:",omitempty"`
	RetiringServicePrincipal string `json:",omitempty"`
	IssuingAccount           string
	Operations               []string
	Constraints              *constraints `json:",omitempty"`
}

type listGrantsOutput struct {
	Grants []grantListEntry
	more
}

func listGrants(c *awsapi.Call, in *listGrantsInput) (*listGrantsOutput, error) {
	key, err := find(c, in.KeyId, byKey)
	if err != nil {
		return nil, err
	}
	var all []grantListEntry
	for i := range key.Grants {
		if g := &key.Grants[i]; either(in.GrantId, g.ID) && either(in.GranteePrincipal, g.Grantee) {
			all = append(all, entryOf(key, g))
		}
	}
	slices.SortFunc(all, func(a, b grantListEntry) int { return strings.Compare(a.GrantId, b.GrantId) })
	grants, more, err := page(c, all, func(g *grantListEntry) string { return g.GrantId }, &in.piece, 50, 100)
	return &listGrantsOutput{list(grants), more}, err
}

func entryOf(key *world.Key, g *authz.KeyGrant) grantListEntry {
	to, retiring := grantee(g), retirer(g)
	e := grantListEntry{
		KeyId: key.ARN, GrantId: g.ID, Name: g.Name, CreationDate: awsapi.Epoch(g.Created),
		GranteePrincipal: to.principal, GranteeServicePrincipal: to.service,
		RetiringPrincipal: retiring.principal, RetiringServicePrincipal: retiring.service,
		IssuingAccount: world.RootARN(g.Issuer), Operations: g.Operations,
	}
	if len(g.ContextEquals) > 0 || len(g.ContextSubset) > 0 || g.SourceARN != "" {
		e.Constraints = &constraints{g.ContextSubset, g.ContextEquals, g.SourceARN}
	}
	return e
}

type revokeGrantInput struct {
	KeyId   string `aws:",required"`
	GrantId string `aws:",required"`
	DryRun  bool
}

func (in *revokeGrantInput) asked() string { return in.KeyId }

func revokeGrant(c *awsapi.Call, in *revokeGrantInput) (*awsapi.Nothing, error) {
	return removeGrant(c, in.KeyId, in.GrantId, in.DryRun)
}

func removeGrant(c *awsapi.Call, name, id string, dry bool) (*awsapi.Nothing, error) {
	return edit(c, name, func(k *world.Key) error {
		if grantOf(k, id) == nil {
			return refuseNotFound("Grant ID %s not found", id)
		}
		k.Grants = slices.DeleteFunc(slices.Clone(k.Grants), func(g authz.KeyGrant) bool { return g.ID == id })
		return dryRun(dry)
	})
}

func grantOf(k *world.Key, id string) *authz.KeyGrant {
	for i := range k.Grants {
		if k.Grants[i].ID == id {
			return &k.Grants[i]
		}
	}
	return nil
}

type retireGrantInput struct {
	GrantToken string
	KeyId      string
	GrantId    string
	DryRun     bool
}

// named is the key and the grant that the call means: by token, or by both ids.
func (in *retireGrantInput) named() (key, id string, err error) {
	switch {
	case in.GrantToken != "":
		key, id, ok := readToken(in.GrantToken)
		if !ok {
			return "", "", awsapi.Refuse("InvalidGrantTokenException", "Invalid grant token")
		}
		return key, id, nil
	case in.KeyId == "" || in.GrantId == "":
		return "", "", awsapi.Refuse("ValidationException", "A grant token, or a key ARN and a grant ID, must be given.")
	case !strings.HasPrefix(in.KeyId, "arn:"):
		return "", "", invalidARN("Invalid arn %s", in.KeyId)
	}
	return in.KeyId, in.GrantId, nil
}

// checkRetireGrant asks for kms:RetireGrant. The grant itself lets retire it whom it
// names for that, and its grantee where that is one of its operations (KMS Developer
// Guide, "Retiring and revoking grants"); no other grant does.
func checkRetireGrant(c *awsapi.Call, in *retireGrantInput) ([]*authz.Request, error) {
	name, id, err := in.named()
	if err != nil {
		return nil, err
	}
	key, err := find(c, name, byKey)
	if err != nil {
		return nil, err
	}
	g := grantOf(key, id)
	if g == nil {
		q := question(c, c.Permission(), key)
		q.Key.Grants = nil
		return []*authz.Request{q}, nil
	}
	q := question(c, c.Permission(), key, grantKeys(g)...)
	q.Key.Grants = []authz.KeyGrant{*g, {ID: g.ID, Grantee: g.RetiringPrincipal, Operations: []string{"RetireGrant"}}}
	return []*authz.Request{q}, nil
}

func retireGrant(c *awsapi.Call, in *retireGrantInput) (*awsapi.Nothing, error) {
	name, id, err := in.named()
	if err != nil {
		return nil, err
	}
	return removeGrant(c, name, id, in.DryRun)
}

// salt makes every token of a grant another one (KMS API Reference, "CreateGrant").
const salt = 16

// newToken is a token that stands for a grant. It opens nothing by itself.
func newToken(key *world.Key, id string) string {
	return base64.StdEncoding.EncodeToString(append(random(salt), key.ARN+"\x00"+id...))
}

func readToken(token string) (key, id string, ok bool) {
	b, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(b) < salt {
		return "", "", false
	}
	key, id, ok = strings.Cut(string(b[salt:]), "\x00")
	return key, id, ok && strings.HasPrefix(key, "arn:") && id != ""
}
