package scenarios

import (
	"cmp"
	"time"

	"github.com/s3fault/s3fault/internal/world"
)

// keyUseDoc is the last use of a key: when it was, or a mapping that also has the
// operation.
type keyUseDoc struct {
	at        expiryDoc
	operation string
	used      bool
}

// useDoc is that mapping.
type useDoc struct {
	When      *expiryDoc `yaml:"at"`
	Operation string     `yaml:"operation"`
}

func (d *keyUseDoc) decode(n *node) error {
	d.used, d.operation = true, "Decrypt"
	if n.scalar() {
		return d.at.decode(n)
	}
	var full useDoc
	if err := decode(n, &full); err != nil {
		return err
	}
	if full.When == nil {
		return fail(n, "the use of a key has a time: at")
	}
	d.at, d.operation = *full.When, cmp.Or(full.Operation, d.operation)
	return oneOf(n.get("operation"), "operation", full.Operation, world.KeyOperations)
}

func (d *keyUseDoc) from(loaded time.Time) world.KeyUse {
	if !d.used {
		return world.KeyUse{}
	}
	return world.KeyUse{At: d.at.from(loaded), Operation: d.operation}
}

func describeKeyUse(u world.KeyUse) *node {
	if u.At.IsZero() {
		return nil
	}
	return newMapping().add("at", newText(isoDate(u.At))).add("operation", newText(u.Operation))
}
