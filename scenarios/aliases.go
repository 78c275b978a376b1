package scenarios

import (
	"regexp"
	"strings"
	"time"

	"github.com/s3fault/s3fault/internal/world"
)

// aliasDoc is an alias of a KMS key: its name, or a mapping that also has its dates.
type aliasDoc struct {
	at      *node
	name    string
	created instantDoc
	updated instantDoc
}

func (d *aliasDoc) decode(n *node) error {
	d.at = n
	if n.scalar() {
		d.name = n.text
		return nil
	}
	var dated struct {
		Name    string     `yaml:"name"`
		Created instantDoc `yaml:"created"`
		Updated instantDoc `yaml:"updated"`
	}
	if err := decode(n, &dated); err != nil {
		return err
	}
	d.name, d.created, d.updated = dated.Name, dated.Created, dated.Updated
	return nil
}

// aliasForm is the form of an alias's name (KMS API Reference, "CreateAlias").
var aliasForm = regexp.MustCompile(`^alias/[a-zA-Z0-9/_-]{1,250}$`)

// or is the time, or otherwise where there is none.
func (d instantDoc) or(otherwise time.Time) time.Time {
	if d.IsZero() {
		return otherwise
	}
	return d.Time
}

// aliases gives a key its aliases; no other key of the account and region may have
// one of them.
func aliases(s *world.State, d *kmsKeyDoc, k *world.Key) error {
	for _, a := range d.Aliases {
		switch {
		case d.AWSManaged:
			return fail(a.at, "an AWS managed key has no aliases of yours")
		case !aliasForm.MatchString(a.name):
			return fail(a.at, "%q is no alias of a key, like alias/my-key", a.name)
		case strings.HasPrefix(a.name, "alias/aws/"):
			return fail(a.at, "%q: the aliases that begin with alias/aws/ are those of AWS managed keys", a.name)
		}
		if _, twice := k.Alias(a.name); twice {
			return fail(a.at, "the key has the alias %s twice", a.name)
		}
		if other := s.KeyNamed(a.name, k.Account, k.Region); other != nil {
			return fail(a.at, "the key %s has the alias %s already", other.ID, a.name)
		}
		made := a.created.or(k.Created)
		*k = *k.WithAlias(world.Alias{Name: a.name, Created: made, Updated: a.updated.or(made)})
	}
	return nil
}

func describeAliases(all []world.Alias) *node {
	if len(all) == 0 {
		return nil
	}
	return listOf(all, func(a world.Alias) *node {
		return newMapping().add("name", newText(a.Name)).add("created", newText(isoDate(a.Created))).add("updated", newText(isoDate(a.Updated)))
	})
}
