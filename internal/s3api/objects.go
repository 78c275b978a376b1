package s3api

import (
	"context"

	"github.com/s3fault/s3fault/internal/store"
)

// Objects is what decisions need to know of objects. An error means that nobody can
// say; a nil record, that there is none.
type Objects interface {
	Latest(ctx context.Context, bucket, key string) (*store.Object, error)
	Version(ctx context.Context, bucket, key, version string) (*store.Object, error)
	List(ctx context.Context, bucket string, q store.ListQuery) (store.Page, error)
}

// records is how an attempt reads the records that it decides on. One that cannot be
// read is found missing, and remembered: then nothing is decided on what nobody knows.
type records struct {
	// Objects are those that the call is decided on; nil: those of its Moment.
	Objects Objects
	unread  error
}

func (c *Call) objects() Objects {
	if c.Objects != nil {
		return c.Objects
	}
	return c.Moment.Index
}

// latest is the newest record of a key, an object or a delete marker; nil: none.
func (c *Call) latest(bucket, key string) *store.Object {
	return c.known(c.objects().Latest(c.Request.Context(), bucket, key))
}

// version is one version of a key, an object or a delete marker; nil: none.
func (c *Call) version(bucket, key, version string) *store.Object {
	return c.known(c.objects().Version(c.Request.Context(), bucket, key, version))
}

func (c *Call) known(o *store.Object, err error) *store.Object {
	if err != nil {
		c.unread = unkept(err)
		return nil
	}
	return o
}
