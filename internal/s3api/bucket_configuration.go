package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/configuration"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// configurationBody is the most bytes of a bucket's configuration that AWS documents no
// bound of.
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
	return own(setting[V]{kind: k, must: must}.serve)
}

// setting is an operation that gives a bucket a configuration.
type setting[V any] struct {
	kind *configuration.Kind[V]
	must []configuring[V]
	// also are the questions that the configuration brings; nil: none.
	also func(*Call, *V) []*authz.Request
}

// begin asks for the operation's own permission, and what the document brings. One that
// cannot be read is told to those who may set any.
func (p setting[V]) begin(c *Call) (doing, []*authz.Request, error) {
	questions := []*authz.Request{c.ownQuestion()}
	if c.Unproved == nil {
		if v, err := p.read(c); err == nil && v != nil {
			questions = append(questions, p.also(c, v)...)
		}
	}
	return act(p.serve), questions, nil
}

func (p setting[V]) read(c *Call) (*V, error) {
	longest, longer := configurationBody, s3err.MalformedXML
	if p.kind.Longest > 0 {
		longest, longer = p.kind.Longest, s3err.MaxMessageLengthExceeded
	}
	text, err := bodyWithin(c, longest, func() error { return s3err.New(longer) })
	if err != nil {
		return nil, err
	}
	return p.kind.Read(text)
}

func (p setting[V]) serve(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		return nil, err
	}
	if p.kind.Digested != "" {
		if err := digestRequired(c, p.kind.Digested); err != nil {
			return nil, err
		}
	}
	v, err := p.read(c)
	if err != nil {
		return nil, err
	}
	for _, check := range p.must {
		if v == nil {
			break
		}
		if err := check(c, b, v); err != nil {
			return nil, err
		}
	}
	return configured(c, p.kind, v, http.StatusOK)
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
