package build

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// checkSession holds what limits a caller's session, and which of its tags go along,
// against what there is.
func (c *callerIn) checkSession() error {
	for i, name := range c.SessionManaged {
		if a := c.world.Accounts[c.Account]; a.ManagedPolicy(name) == nil {
			return tree.Unknown(c.node.Find(SessionManaged.Key()).Items[i], "managed policy", name, managedPolicies(a))
		}
	}
	for i, key := range c.TransitiveTags {
		if _, ok := c.SessionTags[key]; !ok {
			return tree.Unknown(c.node.Find("transitive_tags").Items[i], "session tag", key, keysOf(c.SessionTags))
		}
	}
	return nil
}

// setScoped compiles the policies of GetScopedCredentials, in the order of the calls: a
// list, or a mapping with their names.
func (c *callerIn) setScoped(n *tree.Node, _ *tree.Node) error {
	switch {
	case n == nil:
		return nil
	case n.Kind != tree.List && n.Kind != tree.Mapping:
		return tree.Wanted(n, "a list of policies, or policies by name,")
	case len(n.Items) > world.MostScopes:
		return tree.Fail(n, "a session has at most %d scoped policies", world.MostScopes)
	}
	var errs []error
	for i, item := range n.Items {
		name := world.ScopeName(i)
		if n.Kind == tree.Mapping {
			name = n.Keys[i].Text
		}
		p, err := compile(item, name, "", policy.Rules{Kind: policy.Session})
		if err != nil {
			errs = append(errs, err)
			continue
		}
		c.ScopedPolicies = append(c.ScopedPolicies, *p)
	}
	return tree.Join(errs...)
}

func (c *callerIn) describeScoped() *tree.Node {
	if len(c.ScopedPolicies) == 0 {
		return nil
	}
	n := tree.NewMapping()
	for i := range c.ScopedPolicies {
		n.Add(c.ScopedPolicies[i].Name, described(&c.ScopedPolicies[i]))
	}
	return n
}

// credentials fills in the keys that a tree leaves out: derived from the names of world
// and caller, so that they are the same at every start and on every machine. Those of a
// private copy are derived from its seed, and where it is built in any case.
func (c *callerIn) credentials() {
	temporary := c.Role != "" || c.Federated != "" || c.node.Get("expires") != nil || c.SessionToken != "" ||
		c.MFA || len(c.ScopedPolicies) > 0
	if c.world.ownKeys {
		c.AccessKeyID, c.SecretAccessKey, c.SessionToken = "", "", ""
	}
	if c.Name == c.world.options.TestCaller {
		c.AccessKeyID, c.SecretAccessKey = TestPair, TestPair
	}
	seed := cmp.Or(c.world.options.KeySeed, c.world.scene.Name)
	if temporary {
		c.SessionToken = cmp.Or(c.SessionToken, derivedToken(seed, c.Name))
	}
	c.AccessKeyID = cmp.Or(c.AccessKeyID, derivedKeyID(seed, c.Name, temporary))
	c.SecretAccessKey = cmp.Or(c.SecretAccessKey, derivedSecret(seed, c.Name))
	if c.world.ownKeys {
		c.Token = ""
	}
	if (c.From == world.FromContainer || c.From == world.FromProcess) && !c.Minted {
		c.Token = cmp.Or(c.Token, world.Letters(40, "container", seed, c.Name))
	}
}

// TestPair is the key id and the secret that other emulators take, and the documentation
// of clients' test suites has.
const TestPair = "test"

// derivedKeyID has the form of AWS's: AKIA for long-term keys, ASIA for temporary
// ones, and 16 characters.
func derivedKeyID(worldName, caller string, temporary bool) string {
	prefix := "AKIA"
	if temporary {
		prefix = "ASIA"
	}
	return prefix + world.Letters(16, "access key", worldName, caller)
}

// derivedSecret is 40 characters of base64, as AWS's secrets are.
func derivedSecret(worldName, caller string) string {
	return base64.StdEncoding.EncodeToString(stretch(30, "secret", worldName, caller))
}

// derivedToken is as long and has the letters of a real session token, + and /
// included, because programs trip over those.
func derivedToken(worldName, caller string) string {
	return base64.StdEncoding.EncodeToString(stretch(220, "token", worldName, caller))
}

// stretch derives n bytes from the parts.
func stretch(n int, parts ...string) []byte {
	block := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	out := append([]byte{}, block[:]...)
	for len(out) < n {
		block = sha256.Sum256(block[:])
		out = append(out, block[:]...)
	}
	return out[:n]
}
