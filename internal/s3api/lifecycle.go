package s3api

import (
	"github.com/s3fault/s3fault/internal/s3api/configuration"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// minimumSized reads which objects are too small to be transitioned, which a header of the
// request says beside the document (lifecycle.md 1.13).
func minimumSized(c *Call, _ *world.Bucket, l *world.Lifecycle) error {
	if !c.State().Answers.Has(world.SmallObjectsStay) {
		return nil
	}
	switch size := world.MinimumSize(c.header(configuration.MinimumSizeHeader)); size {
	case "":
		l.MinimumSize = world.MinimumAll
	case world.MinimumAll, world.MinimumVaries:
		l.MinimumSize = size
	default:
		return s3err.New(s3err.InvalidRequest).WithMessage("Invalid TransitionDefaultMinimumObjectSize found: " + string(size))
	}
	return nil
}
