package s3api

import (
	"context"
	"errors"
	"testing"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// unreadable are objects of which nobody can say anything.
type unreadable struct{}

var errUnreadable = errors.New("the disk is gone")

func (unreadable) Latest(context.Context, string, string) (*store.Object, error) {
	return nil, errUnreadable
}

func (unreadable) Version(context.Context, string, string, string) (*store.Object, error) {
	return nil, errUnreadable
}

func (unreadable) List(context.Context, string, store.ListQuery) (store.Page, error) {
	return store.Page{}, errUnreadable
}

// Nothing is decided on an object of which nobody knows whether it is there: neither
// that it is missing, nor that it may be overwritten.
func TestUnreadableObjects(t *testing.T) {
	b := newBench(t)
	b.must(t, put("/my-bucket/k", "hello"))
	for _, q := range []sending{
		get("/my-bucket/k"), get("/my-bucket/none"), get("/my-bucket/k?versionId=null"), get("/my-bucket/k?tagging"),
		get("/my-bucket"),
		{method: "HEAD", target: "/my-bucket/k"}, remove("/my-bucket/k"), put("/my-bucket/k", "other"),
		copyTo("/my-bucket/new", "my-bucket/k"),
		create("/my-bucket/k?acl", aclDocument(ownAccount)),
		deleteKeys("<Delete><Object><Key>k</Key></Object></Delete>"),
	} {
		c := b.call(t, q)
		c.Moment, c.Objects = b.live.Now(), unreadable{}
		_, err := c.Checks()
		if err == nil {
			_, err = c.Serve()
		}
		if !errors.Is(err, errUnreadable) || s3err.Of(err).Code != s3err.InternalError {
			t.Errorf("%s %s: %v", q.method, q.target, err)
		}
		c.Close()
	}
	if got := b.must(t, get("/my-bucket/k")).body; got != "hello" {
		t.Errorf("the object has become %q", got)
	}
}
