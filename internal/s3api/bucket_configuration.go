package s3api

import (
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/internal/s3api/configuration"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// configurationBody is the most bytes of a bucket's configuration.
const configurationBody = 1 << 20

// configuring is what a bucket must be for a configuration that it is to have; the
// document is good in itself.
type configuring[V any] func(*Call, *world.Bucket, *V) error

// getsConfiguration begins an operation that gives back a configuration.
func getsConfiguration[V any](k *configuration.Kind[V]) begin {
	return own(func(c *Call) (*Reply, error) {
		b, err := c.bucket()
		if err != nil {
			return nil, err
		}
		v := *k.Of(b)
		if v == nil && k.None != (s3err.Code{}) {
			return nil, s3err.New(k.None, s3err.E("BucketName", b.Name))
		}
		return telling(k, v, xmlReply(nil, k.Write(v))), nil
	})
}

// putsConfiguration begins an operation that gives a bucket a configuration, once all of
// what it must be for it is so.
func putsConfiguration[V any](k *configuration.Kind[V], must ...configuring[V]) begin {
	return own(func(c *Call) (*Reply, error) {
		b, err := c.bucket()
		if err != nil {
			return nil, err
		}
		if k.Digested {
			if err := digestRequired(c); err != nil {
				return nil, err
			}
		}
		text, err := c.wholeBody(configurationBody)
		if err != nil {
			return nil, err
		}
		v, err := k.Read(text)
		if err != nil {
			return nil, err
		}
		for _, check := range must {
			if err := check(c, b, v); err != nil {
				return nil, err
			}
		}
		return configured(c, k, v, http.StatusOK)
	})
}

// dropsConfiguration begins an operation after which a bucket has no such configuration.
func dropsConfiguration[V any](k *configuration.Kind[V]) begin {
	return own(func(c *Call) (*Reply, error) { return configured(c, k, nil, http.StatusNoContent) })
}

func configured[V any](c *Call, k *configuration.Kind[V], v *V, status int) (*Reply, error) {
	if err := c.changeBucket(func(b *world.Bucket) { *k.Of(b) = v }); err != nil {
		return nil, err
	}
	return telling(k, v, done(status)), nil
}

// telling tells of the value in the headers of a reply, where some do.
func telling[V any](k *configuration.Kind[V], v *V, reply *Reply) *Reply {
	if v != nil && k.Told != nil {
		k.Told(v, reply.Header)
	}
	return reply
}

// accelerable refuses acceleration to a bucket that no certificate of its is for (S3 User
// Guide, "Requirements for using Amazon S3 Transfer Acceleration").
func accelerable(_ *Call, b *world.Bucket, _ *world.Acceleration) error {
	if strings.Contains(b.Name, ".") {
		return s3err.New(s3err.InvalidRequest).WithMessage(
			"S3 Transfer Acceleration is not supported for buckets with periods (.) in their names")
	}
	return nil
}
