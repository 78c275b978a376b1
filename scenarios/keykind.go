package scenarios

import (
	"cmp"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/world"
)

// multiRegionDoc says whether a key is one of several regions': true is the first of
// them, which CreateKey makes.
type multiRegionDoc struct{ kind string }

func (d *multiRegionDoc) decode(n *node) error {
	switch text := strings.ToUpper(n.text); {
	case n.scalar() && (text == "TRUE" || text == world.MultiRegionPrimary):
		d.kind = world.MultiRegionPrimary
	case n.scalar() && text == world.MultiRegionReplica:
		d.kind = world.MultiRegionReplica
	case !n.scalar() || text != "FALSE":
		return wanted(n, "true, false, primary or replica")
	}
	return nil
}

func describeMultiRegion(k *world.Key) *node {
	switch k.MultiRegion {
	case "":
		return nil
	case world.MultiRegionPrimary:
		return newBool(true)
	}
	return newText(strings.ToLower(k.MultiRegion))
}

// kind is what the key is for good: without spec, usage and origin the key that S3
// encrypts with. A spec with one usage needs none said.
func (d *kmsKeyDoc) kind() (world.KeyKind, error) {
	kind := world.KeyKind{
		Spec: cmp.Or(d.Spec, world.SymmetricDefault), Origin: cmp.Or(d.Origin, world.OriginKMS), MultiRegion: d.MultiRegion.kind,
	}
	usages := world.UsagesOf(kind.Spec)
	switch {
	case len(usages) == 0:
		return kind, unknown(d.At.get("spec"), "key spec", d.Spec, world.KeySpecs())
	case d.Usage == "" && len(usages) > 1:
		return kind, fail(d.At.get("spec"), "a key of the spec %s needs a usage: %s", kind.Spec, strings.Join(usages, " or "))
	case d.Usage != "" && !slices.Contains(world.KeyUsages, d.Usage):
		return kind, unknown(d.At.get("usage"), "key usage", d.Usage, world.KeyUsages)
	case d.Usage != "" && !slices.Contains(usages, d.Usage):
		return kind, fail(d.At.get("usage"), "a key of the spec %s has the usage %s", kind.Spec, strings.Join(usages, " or "))
	case d.AWSManaged && (!kind.Encrypts() || kind.Origin != world.OriginKMS || kind.MultiRegion != ""):
		return kind, fail(d.At, "an AWS managed key is for symmetric encryption, of KMS's own material and in one region")
	}
	kind.Usage = cmp.Or(d.Usage, usages[0])
	return kind, oneOf(d.At.get("origin"), "origin", d.Origin, world.KeyOrigins)
}
