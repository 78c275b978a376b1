package scenarios

import (
	"maps"
	"regexp"
	"slices"

	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/sigv4"
)

// Texts of expectations, lessons and commands name a caller's keys, which each world has
// of its own: {app.access_key_id}.
var keyName = regexp.MustCompile(`\{([\w-]+)\.(\w+)\}`)

// keyParts are what a text can name of a caller's keys.
var keyParts = map[string]func(sigv4.Credentials) string{
	"access_key_id":     func(c sigv4.Credentials) string { return c.AccessKeyID },
	"secret_access_key": func(c sigv4.Credentials) string { return c.SecretAccessKey },
	"session_token":     func(c sigv4.Credentials) string { return c.SessionToken },
}

// toldOf are the keys of a scenario whose texts may name keys.
var toldOf = []string{"expect", "after_fix", "still_denied", "lesson", "fix_commands"}

// webToken is the part of a caller's keys that is a token of its OpenID Connect provider.
const webToken = "web_identity_token"

// In is the scenario as it is told in a world whose callers have these keys, and these tokens
// of OpenID Connect providers: they stand where its expectations, its lesson and its
// fix_commands name them. A caller that is not there stays a name.
func (s *Scenario) In(callers map[string]sigv4.Credentials, tokens map[string]string) (*Scenario, error) {
	fill := func(text string) string {
		return keyName.ReplaceAllStringFunc(text, func(name string) string {
			m := keyName.FindStringSubmatch(name)
			if token := tokens[m[1]]; m[2] == webToken && token != "" {
				return token
			}
			c, there := callers[m[1]]
			part, known := keyParts[m[2]]
			if !there || !known {
				return name
			}
			return part(c)
		})
	}
	told, changed := *s.scene.Facts, false
	told.Items = slices.Clone(told.Items)
	for i, key := range told.Keys {
		if slices.Contains(toldOf, key.Text) {
			told.Items[i] = mapped(told.Items[i], fill)
			changed = changed || told.Items[i] != s.scene.Facts.Items[i]
		}
	}
	if !changed {
		return s, nil
	}
	in := *s
	in.told = &told
	return &in, scenarioFacts.Read(&in, in.told)
}

// mapped is a tree with other texts; itself, where none of them changes.
func mapped(n *tree.Node, of func(string) string) *tree.Node {
	other := *n
	if n.Kind == tree.Text {
		if other.Text = of(n.Text); other.Text == n.Text {
			return n
		}
		return &other
	}
	other.Items = slices.Clone(n.Items)
	for i, item := range other.Items {
		other.Items[i] = mapped(item, of)
	}
	if slices.Equal(other.Items, n.Items) {
		return n
	}
	return &other
}

// checkKeyNames refuses names of keys that nobody has. What has neither a caller nor a part
// of one's keys in it is no such name.
func checkKeyNames(n *tree.Node, state *world.State) error {
	var errs []error
	if n.Kind == tree.Text {
		for _, m := range keyName.FindAllStringSubmatch(n.Text, -1) {
			caller, part := state.Callers[m[1]] != nil, keyParts[m[2]] != nil || m[2] == webToken
			switch {
			case caller && m[2] == webToken && state.Callers[m[1]].WebIdentity == nil:
				errs = append(errs, tree.Fail(n, "the caller %s has no web_identity, and so no %s", m[1], webToken))
			case part && !caller:
				errs = append(errs, tree.Unknown(n, "caller", m[1], callerNames(state)))
			case caller && !part:
				parts := append(slices.Sorted(maps.Keys(keyParts)), webToken)
				errs = append(errs, tree.Unknown(n, "part of a caller's keys", m[2], parts))
			}
		}
	}
	for _, item := range n.Items {
		errs = append(errs, checkKeyNames(item, state))
	}
	return tree.Join(errs...)
}
