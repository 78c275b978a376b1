package s3api

import (
	"encoding/xml"
	"errors"
	"net/http"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
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
	err  error // it could not be read
	// asked is where the decisions about each entry begin.
	asked []int
	// done is what has come of entries, by their place in the list: an attempt that
	// is made again does not make a second delete marker.
	done map[int]removal
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

// deleteResult is what it answers.
type deleteResult struct {
	XMLName xml.Name        `xml:"http://s3.amazonaws.com/doc/2006-03-01/ DeleteResult"`
	Deleted []deletedObject `xml:"Deleted"`
	Errors  []deleteError   `xml:"Error"`
}

type deletedObject struct {
	Key                   string
	VersionID             string `xml:"VersionId,omitempty"`
	DeleteMarker          bool   `xml:",omitempty"`
	DeleteMarkerVersionID string `xml:"DeleteMarkerVersionId,omitempty"`
}

type deleteError struct {
	Key       string
	VersionID string `xml:"VersionId,omitempty"`
	Code      string
	Message   string
}

// checksDeleteObjects asks about each key: a refused one is an entry of the
// answer. Where there is no list to ask about, because it cannot be read or
// nobody may be served, one question stands for all keys.
func checksDeleteObjects(c *Call) ([]*authz.Request, error) {
	c.begin()
	list := c.readDeletion()
	if list == nil || list.err != nil {
		return []*authz.Request{c.question("s3:DeleteObject", c.bucketARN()+"/*")}, nil
	}
	questions := make([]*authz.Request, 0, len(list.list.Objects))
	list.asked = list.asked[:0]
	for _, item := range list.list.Objects {
		list.asked = append(list.asked, len(questions))
		questions = append(questions, c.deleteQuestions(*item.Key, item.VersionID)...)
	}
	list.asked = append(list.asked, len(questions))
	return questions, nil
}

// readDeletion reads the list, once; nil when nobody may be served anyway.
func (c *Call) readDeletion() *deletion {
	if c.deletion == nil && c.Unproved == nil && c.contents() != nil {
		d := &deletion{done: map[int]removal{}}
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
func (c *Call) digestRequired() error {
	k, err := c.claimed()
	if err != nil || k.MD5 != nil || k.Algorithm != nil {
		return err
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("Missing required header for this request: Content-MD5")
}

func (d *deleteXML) check() error {
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

func serveDeleteObjects(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err != nil {
		if len(c.Decisions) > 0 && c.Decisions[0].Denied() { // a bucket that is masked
			err = c.refusal(&c.Decisions[0])
		}
		return nil, err
	}
	list := c.readDeletion()
	if list == nil {
		return nil, store.ErrMoved // the bucket has gone since Checks
	}
	if list.err != nil {
		return nil, list.err
	}
	if err := refuseBypass(c, b); err != nil {
		return nil, err
	}
	if err := list.mfaChecked(c, b); err != nil {
		return nil, err
	}
	var result deleteResult
	for i, item := range list.list.Objects {
		r, err := c.deleteOne(b, item, i)
		switch {
		case errors.Is(err, store.ErrMoved):
			return nil, err
		case err != nil:
			result.refuse(item, err)
		case !list.list.Quiet:
			result.add(item, r)
		}
	}
	return xmlReply(http.Header{}, result), nil
}

// mfaChecked refuses the whole list where a version of it is deleted only with a
// code (S3 API Reference, "DeleteObjects").
func (d *deletion) mfaChecked(c *Call, b *world.Bucket) error {
	named := slices.ContainsFunc(d.list.Objects, func(item deleteItem) bool { return item.VersionID != "" })
	if !b.MFADelete || !named {
		return nil
	}
	return c.mfaRequired()
}

// deleteOne removes one key or version, if its questions were answered with yes.
func (c *Call) deleteOne(b *world.Bucket, item deleteItem, i int) (removal, error) {
	list := c.deletion
	if r, already := list.done[i]; already {
		return r, nil
	}
	if i+1 >= len(list.asked) || list.asked[i+1] > len(c.Decisions) {
		return removal{}, s3err.New(s3err.InternalError)
	}
	for _, d := range c.Decisions[list.asked[i]:list.asked[i+1]] {
		if d.Denied() {
			return removal{}, c.refusal(&d)
		}
	}
	switch v := item.VersionID; {
	case len(*item.Key) > wire.MaxKey:
		return removal{}, wire.KeyTooLong(*item.Key)
	case v != "" && v != store.NullVersion && (b.Versioning == "" || !store.IsVersionID(v)):
		return removal{}, s3err.New(s3err.NoSuchVersion)
	}
	e := store.Any
	e.IfMatch = wire.BareETag(item.ETag)
	r, err := c.remove(b, *item.Key, item.VersionID, e)
	if err == nil {
		list.done[i] = r
	}
	return r, err
}

func (r *deleteResult) refuse(item deleteItem, err error) {
	told := s3err.Of(err)
	r.Errors = append(r.Errors, deleteError{
		Key: *item.Key, VersionID: item.VersionID, Code: told.Code.String(), Message: told.Message,
	})
}

func (r *deleteResult) add(item deleteItem, gone removal) {
	d := deletedObject{Key: *item.Key, VersionID: item.VersionID}
	if gone.marker {
		d.DeleteMarker, d.DeleteMarkerVersionID = true, gone.version
	}
	r.Deleted = append(r.Deleted, d)
}
