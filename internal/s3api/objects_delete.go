package s3api

import (
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// maxDeletes is how many keys one DeleteObjects may name, and deleteBody the most
// bytes of such a list: a thousand of the longest keys, all of it escaped.
const (
	maxDeletes = 1000
	deleteBody = 8 << 20
)

// deletion is the body of DeleteObjects.
type deletion struct {
	list deleteXML
	err  *s3err.Error // it could not be read
}

type deleteXML struct {
	Quiet   bool         `xml:"Quiet"`
	Objects []deleteItem `xml:"Object"`
}

type deleteItem struct {
	Key       *string `xml:"Key"`
	VersionID string  `xml:"VersionId"`
	ETag      string  `xml:"ETag"`
}

// checksDeleteObjects asks about each key: a refused one is an entry of the
// answer. Where there is no list to ask about, because it cannot be read or
// nobody may be served, one question stands for all keys.
func checksDeleteObjects(c *Call) ([]*authz.Request, *s3err.Error) {
	c.begin()
	list := c.readDeletion()
	if list == nil || list.err != nil {
		return []*authz.Request{c.question("s3:DeleteObject", c.bucketARN()+"/*")}, nil
	}
	questions := make([]*authz.Request, len(list.list.Objects))
	for i, item := range list.list.Objects {
		questions[i] = c.overwriteQuestion(deleteAction(item.VersionID != ""), *item.Key, store.NullVersion)
	}
	return questions, nil
}

// readDeletion reads the list, once; nil when nobody may be served anyway.
func (c *Call) readDeletion() *deletion {
	if c.deletion == nil && c.Unproved == nil && c.contents() != nil {
		d := &deletion{}
		if d.err = c.digestRequired(); d.err == nil {
			d.err = c.readXML("Delete", deleteBody, &d.list)
		}
		if d.err == nil {
			d.err = d.list.check()
		}
		c.deletion = d
	}
	return c.deletion
}

// digestRequired refuses a list of deletions without Content-MD5 or checksum.
func (c *Call) digestRequired() *s3err.Error {
	k, err := c.claimed()
	if err != nil || k.md5 != nil || k.algorithm != nil {
		return err
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("Missing required header for this request: Content-MD5")
}

func (d *deleteXML) check() *s3err.Error {
	if len(d.Objects) == 0 || len(d.Objects) > maxDeletes {
		return s3err.New(s3err.MalformedXML)
	}
	for _, item := range d.Objects {
		if item.Key == nil || *item.Key == "" {
			return s3err.New(s3err.MalformedXML)
		}
	}
	return nil
}

func serveDeleteObjects(c *Call) (*Reply, *s3err.Error) {
	if _, err := c.bucket(); err != nil {
		if len(c.Decisions) > 0 && c.Decisions[0].Denied() { // a bucket that is masked
			err = c.Refusal(c.Decisions[0])
		}
		return nil, err
	}
	list := c.readDeletion()
	if list == nil {
		return nil, moved // the bucket has gone since Checks
	}
	if list.err != nil {
		return nil, list.err
	}
	if err := c.refuseBypass(); err != nil {
		return nil, err
	}
	var result deleteResult
	for i, item := range list.list.Objects {
		err := c.deleteOne(item, i)
		if Moved(err) {
			return nil, err
		}
		result.add(item, err, list.list.Quiet)
	}
	return xmlReply(http.Header{}, result), nil
}

// deleteOne removes one key, if its question was answered with yes.
func (c *Call) deleteOne(item deleteItem, i int) *s3err.Error {
	if i >= len(c.Decisions) {
		return s3err.New(s3err.InternalError)
	}
	if d := c.Decisions[i]; d.Denied() {
		return c.Refusal(d)
	}
	switch {
	case len(*item.Key) > maxKey:
		return keyTooLong(*item.Key)
	case item.VersionID != "" && item.VersionID != store.NullVersion:
		return s3err.New(s3err.NoSuchVersion)
	}
	e := store.Any
	e.IfMatch = bareETag(item.ETag)
	return c.remove(*item.Key, e)
}

func (r *deleteResult) add(item deleteItem, err *s3err.Error, quiet bool) {
	switch {
	case err != nil:
		r.Errors = append(r.Errors, deleteError{
			Key: *item.Key, VersionID: item.VersionID, Code: err.Code.String(), Message: err.Message,
		})
	case !quiet:
		r.Deleted = append(r.Deleted, deletedObject{Key: *item.Key, VersionID: item.VersionID})
	}
}
