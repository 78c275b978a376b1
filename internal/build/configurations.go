package build

import (
	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

var acceleration = orNil(facts.Is[world.Acceleration](
	facts.OneOf("value", string(world.AccelerationEnabled), string(world.AccelerationSuspended))))

var locationConstraint = facts.OneOf("value", world.ConstraintEU)

// orNil is a kind of which nil is left out.
func orNil[V any](k facts.Kind[V]) facts.Kind[*V] {
	return facts.Kind[*V]{
		Form: k.Form,
		Read: func(n *tree.Node) (*V, error) {
			v, err := k.Read(n)
			return &v, err
		},
		Write: func(v *V) *tree.Node {
			if v == nil {
				return nil
			}
			return k.Write(*v)
		},
	}
}
