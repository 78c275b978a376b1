package kms

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type aliasInput struct {
	AliasName   string `aws:",required"`
	TargetKeyId string `aws:",required"`
}

type aliasNameInput struct {
	AliasName string `aws:",required"`
}

const maxAliases = 50 // of a key

// checkName holds the name of an alias against KMS's rules. alias/aws/ is AWS's own.
func checkName(name string) error {
	switch {
	case !world.IsKeyAlias(name):
		return awsapi.Refuse("ValidationException", `Alias must start with the prefix "alias/". Please see `+
			"https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html")
	case name == "alias/":
		return awsapi.Refuse("ValidationException", "Invalid identifier")
	case strings.Contains(name, ":"):
		return awsapi.Refuse("ValidationException", "%s contains invalid characters for an alias", name)
	case strings.HasPrefix(name, "alias/aws/"):
		return awsapi.Refuse("NotAuthorizedException", "")
	}
	return nil
}

func aliasARN(c *awsapi.Call, name string) string {
	return world.AliasARN(c.Region(), c.CallerAccount(), name)
}

// target is the key that an alias is to lead to: one of the caller's own account and
// the call's region.
func target(c *awsapi.Call, name string) (*world.Key, error) {
	if world.AliasIn(name) != "" {
		return nil, awsapi.Refuse("ValidationException", "Aliases must refer to keys. Not aliases")
	}
	return find(c, name, byKey)
}

// aliasQuestions ask for the call's permission on the alias, of identity policies
// alone, and on each key.
func aliasQuestions(c *awsapi.Call, name string, keys ...*world.Key) []*authz.Request {
	all := []*authz.Request{c.Question(c.Permission(), aliasARN(c, name), callerAccount(c))}
	for _, k := range keys {
		q := question(c, c.Permission(), k)
		if k.Account != c.CallerAccount() {
			q.Key.Policy, q.Key.Grants = nil, nil
		}
		all = append(all, q)
	}
	return all
}

func checkCreateAlias(c *awsapi.Call, in *aliasInput) ([]*authz.Request, error) {
	if err := checkName(in.AliasName); err != nil {
		return nil, err
	}
	key, err := target(c, in.TargetKeyId)
	if err != nil {
		return nil, err
	}
	return aliasQuestions(c, in.AliasName, key), nil
}

func createAlias(c *awsapi.Call, in *aliasInput) (*awsapi.Nothing, error) {
	key, err := target(c, in.TargetKeyId)
	switch {
	case err != nil:
		return nil, err
	case c.State().KeyNamed(in.AliasName, c.CallerAccount(), c.Region()) != nil:
		return nil, awsapi.Refuse("AlreadyExistsException", "An alias with the name %s already exists", aliasARN(c, in.AliasName))
	}
	if err := takesAlias(key, in.AliasName); err != nil {
		return nil, err
	}
	return &awsapi.Nothing{}, change(c, key.WithAlias(world.Alias{Name: in.AliasName, Created: c.Now, Updated: c.Now}))
}

// takesAlias says why a key cannot have one more alias; nil: it can.
func takesAlias(key *world.Key, name string) error {
	if _, has := key.Alias(name); !has && len(key.Aliases) >= maxAliases {
		return awsapi.Refuse("LimitExceededException", "The KMS key %s has %d aliases, which is the most", key.ARN, maxAliases)
	}
	return notPending(key)
}

// aliased is the key that has the alias now.
func aliased(c *awsapi.Call, name string) (*world.Key, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	key := c.State().KeyNamed(name, c.CallerAccount(), c.Region())
	if key == nil {
		return nil, noAlias(aliasARN(c, name))
	}
	return key, nil
}

func checkUpdateAlias(c *awsapi.Call, in *aliasInput) ([]*authz.Request, error) {
	from, to, err := moved(c, in)
	if err != nil {
		return nil, err
	}
	return aliasQuestions(c, in.AliasName, from, to), nil
}

// moved is the key that has the alias and the one that gets it.
func moved(c *awsapi.Call, in *aliasInput) (from, to *world.Key, err error) {
	if from, err = aliased(c, in.AliasName); err != nil {
		return nil, nil, err
	}
	to, err = target(c, in.TargetKeyId)
	return from, to, err
}

func updateAlias(c *awsapi.Call, in *aliasInput) (*awsapi.Nothing, error) {
	from, to, err := moved(c, in)
	if err != nil {
		return nil, err
	}
	if err := takesAlias(to, in.AliasName); err != nil {
		return nil, err
	}
	alias, _ := from.Alias(in.AliasName)
	alias.Updated = c.Now
	if from.ARN == to.ARN {
		return &awsapi.Nothing{}, change(c, from.WithAlias(alias))
	}
	return &awsapi.Nothing{}, change(c, from.WithoutAlias(alias.Name), to.WithAlias(alias))
}

func checkDeleteAlias(c *awsapi.Call, in *aliasNameInput) ([]*authz.Request, error) {
	key, err := aliased(c, in.AliasName)
	if err != nil {
		return nil, err
	}
	return aliasQuestions(c, in.AliasName, key), nil
}

func deleteAlias(c *awsapi.Call, in *aliasNameInput) (*awsapi.Nothing, error) {
	key, err := aliased(c, in.AliasName)
	if err != nil {
		return nil, err
	}
	return &awsapi.Nothing{}, change(c, key.WithoutAlias(in.AliasName))
}

type listAliasesInput struct {
	KeyId string
	piece
}

type aliasListEntry struct {
	AliasName       string
	AliasArn        string
	TargetKeyId     string
	CreationDate    float64
	LastUpdatedDate float64
}

type listAliasesOutput struct {
	Aliases []aliasListEntry
	more
}

func listAliases(c *awsapi.Call, in *listAliasesInput) (*listAliasesOutput, error) {
	keys := c.State().KeysOf(c.CallerAccount(), c.Region())
	if in.KeyId != "" {
		key, err := find(c, in.KeyId, byKey)
		if err != nil {
			return nil, err
		}
		keys = slices.DeleteFunc(keys, func(k *world.Key) bool { return k.ARN != key.ARN })
	}
	var all []aliasListEntry
	for _, k := range keys {
		all = append(all, aliasesOf(k)...)
	}
	slices.SortFunc(all, func(a, b aliasListEntry) int { return strings.Compare(a.AliasName, b.AliasName) })
	aliases, more, err := page(c, all, func(a *aliasListEntry) string { return a.AliasName }, &in.piece, 50, 100)
	return &listAliasesOutput{list(aliases), more}, err
}

func aliasesOf(k *world.Key) []aliasListEntry {
	var all []aliasListEntry
	for _, a := range k.AllAliases() {
		all = append(all, aliasListEntry{
			a.Name, world.AliasARN(k.Region, k.Account, a.Name), k.ID, awsapi.Epoch(a.Created), awsapi.Epoch(a.Updated),
		})
	}
	return all
}
