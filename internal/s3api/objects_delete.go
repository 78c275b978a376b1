package s3api

import (
	"encoding/xml"
	"errors"
	"net/http"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/internal/s3api/configuration"
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

// deletingAll is one attempt at the list of a DeleteObjects.
type deletingAll struct {
	list    deleteXML
	err     error // it could not be read
	entries []deletion
	// asked is where the decisions about each entry begin, and where the last ones end.
	asked []int
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

// beginDeleteObjects asks about each key: a refused one is an entry of the
// answer. Where there is no list to ask about, because it cannot be read or
// nobody may be served, one question stands for all keys.
func beginDeleteObjects(c *Call) (doing, []*authz.Request, error) {
	d := &deletingAll{}
	if d.list, d.err = readDeletes(c); d.err != nil {
		return d, []*authz.Request{c.question("s3:DeleteObject", c.keyARN("*"))}, nil
	}
	questions := make([]*authz.Request, 0, len(d.list.Objects))
	d.entries = make([]deletion, len(d.list.Objects))
	d.asked = append(make([]int, 0, len(d.entries)+1), 0)
	for i, item := range d.list.Objects {
		var own []*authz.Request
		d.entries[i], own = deletes(c, *item.Key, item.VersionID)
		questions = append(questions, own...)
		d.asked = append(d.asked, len(questions))
	}
	return d, questions, nil
}

// readDeletes reads the list. It leaves alone the body of a signer who did not prove who
// it is.
func readDeletes(c *Call) (list deleteXML, err error) {
	if c.Unproved != nil && !c.document.read {
		return list, c.Unproved
	}
	if err = digestRequired(c, configuration.LacksMD5); err == nil {
		err = c.readXML("Delete", deleteBody, &list)
	}
	if err == nil {
		err = list.check()
	}
	return list, err
}

func (d *deletingAll) answersByKey() bool { return d.err == nil }

// digestRequired refuses a body without Content-MD5 or checksum, with what is missing.
func digestRequired(c *Call, missing string) error {
	k, err := claimed(c)
	if err != nil || k.MD5 != nil || k.Algorithm != nil {
		return err
	}
	if _, err := c.document.raw(c); err != nil && s3err.Of(err).Code == s3err.RequestTimeout {
		return err // nobody sees that it lacks something before it is there
	}
	return s3err.New(s3err.InvalidRequest).WithMessage("Missing required header for this request: " + missing)
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

func (d *deletingAll) serve(c *Call) (*Reply, error) {
	b, err := c.bucket()
	if err == nil {
		err = d.err
	}
	if err != nil {
		return nil, err
	}
	if err := refuseBypass(c, b); err != nil {
		return nil, err
	}
	if err := d.mfaChecked(c, b); err != nil {
		return nil, err
	}
	c.Visit.Charge(d.list.keys())
	if told := c.Visit.Reach(fault.BeforeCommit); told != nil {
		return nil, told
	}
	done, errs := make([]removal, len(d.entries)), make([]error, len(d.entries))
	for i := range d.entries {
		if done[i], errs[i] = d.deleteOne(c, b, i); errors.Is(errs[i], store.ErrMoved) {
			return nil, errs[i]
		}
	}
	if told := c.Visit.Reach(fault.AfterCommit); told != nil {
		return nil, told
	}
	return xmlReply(http.Header{}, d.result(c, done, errs)), nil
}

// result is what became of each key.
func (d *deletingAll) result(c *Call, done []removal, errs []error) (result deleteResult) {
	c.deleted, c.refused = nil, nil
	for i, item := range d.list.Objects {
		err := errs[i]
		if told := c.Visit.Spoils(fault.AfterCommit, *item.Key); told != nil && err == nil {
			err = ruled(told)
		}
		if len(c.State().Trails) > 0 {
			c.deleted = append(c.deleted, item.entry(err))
		}
		switch {
		case err != nil:
			result.refuse(item, err)
			c.noteRefused(item, err)
		case !d.list.Quiet:
			result.add(item, done[i])
		}
	}
	return result
}

func (d *deleteXML) keys() []string {
	keys := make([]string, len(d.Objects))
	for i, item := range d.Objects {
		keys[i] = *item.Key
	}
	return keys
}

// mfaChecked refuses the whole list where a version of it is deleted only with a
// code (S3 API Reference, "DeleteObjects").
func (d *deletingAll) mfaChecked(c *Call, b *world.Bucket) error {
	named := slices.ContainsFunc(d.list.Objects, func(item deleteItem) bool { return item.VersionID != "" })
	if !b.MFADelete || !named {
		return nil
	}
	return mfaRequired(c, "delete-objects", "--bucket", c.Bucket, "--delete", "file://DELETE.json")
}

// deleteOne removes one key or version, if its questions were answered with yes.
func (d *deletingAll) deleteOne(c *Call, b *world.Bucket, i int) (removal, error) {
	if r, already := c.removed[i]; already {
		return r, nil
	}
	if d.asked[i+1] > len(c.Decisions) {
		return removal{}, s3err.New(s3err.InternalError)
	}
	for _, decision := range c.Decisions[d.asked[i]:d.asked[i+1]] {
		if decision.Denied() {
			return removal{}, refusalOf(c, &decision)
		}
	}
	item := d.list.Objects[i]
	switch v := item.VersionID; {
	case len(*item.Key) > wire.MaxKey:
		return removal{}, wire.KeyTooLong(*item.Key)
	case v != "" && v != store.NullVersion && (b.Versioning == "" || !store.IsVersionID(v)):
		return removal{}, s3err.New(s3err.NoSuchVersion)
	}
	if told := c.Visit.Spoils(fault.BeforeCommit, *item.Key); told != nil {
		return removal{}, ruled(told)
	}
	e := store.Any
	e.IfMatch = wire.BareETag(item.ETag)
	r, err := d.entries[i].remove(c, b, e)
	if err == nil {
		if c.removed == nil {
			c.removed = map[int]removal{}
		}
		c.removed[i] = r
	}
	return r, err
}

func (r *deleteResult) refuse(item deleteItem, err error) {
	told := s3err.Of(err)
	r.Errors = append(r.Errors, deleteError{
		Key: *item.Key, VersionID: item.VersionID, Code: told.Code.String(), Message: told.Message,
	})
}

func (w *work) noteRefused(item deleteItem, err error) {
	if w.refused == nil {
		w.refused = map[string]string{}
	}
	w.refused[*item.Key] = s3err.Of(err).Code.String()
}

// entry is what became of the item for CloudTrail.
func (item *deleteItem) entry(err error) deletedEntry {
	e := deletedEntry{key: *item.Key, version: item.VersionID}
	if err != nil {
		told := s3err.Of(err)
		e.code, e.message = told.Code.String(), told.Message
	}
	return e
}

func (r *deleteResult) add(item deleteItem, gone removal) {
	d := deletedObject{Key: *item.Key, VersionID: item.VersionID}
	if gone.marker {
		d.DeleteMarker, d.DeleteMarkerVersionID = true, gone.version
	}
	r.Deleted = append(r.Deleted, d)
}
