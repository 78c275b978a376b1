package s3api

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/journal"
)

// goneUpload tells what became of an upload, and which go on.
func goneUpload(c *Call, k *journal.Cause) {
	k.Element, k.Seen = "uploadId", c.Query.Get("uploadId")
	contents := c.contents()
	if contents == nil {
		return
	}
	if contents.Completed(c.Key, k.Seen) != nil {
		k.Text = "the upload was completed: it is the object now"
		return
	}
	var others []string
	for _, u := range contents.ListUploads(store.UploadQuery{Max: looksAt}).Uploads {
		switch {
		case u.ID == k.Seen:
			k.Text = "the upload of that id is for another key"
			k.Element, k.Wanted, k.Seen = "key", u.Key, c.Key
			return
		case u.Key == c.Key && len(others) < 3:
			others = append(others, u.ID)
		}
	}
	k.Wanted = cmp.Or(strings.Join(others, " or "), "an upload that goes on: none does for this key")
	k.Cures = []journal.Change{
		cause.Cure("begin the upload anew, and complete it while it goes on.",
			cause.OnObject("create-multipart-upload", c.Bucket, c.Key)),
	}
}

// itsParts lists the parts that are there.
func itsParts(c *Call, k *journal.Cause) {
	contents := c.contents()
	if contents == nil {
		return
	}
	page, err := contents.ListParts(c.Key, c.Query.Get("uploadId"), 0, looksAt)
	if err != nil {
		return
	}
	var there []string
	for _, p := range page.Parts {
		there = append(there, fmt.Sprintf("part %d %s", p.Number, wire.Quoted(p.ETag)))
	}
	k.Wanted = cmp.Or(strings.Join(there, ", "), "a part: none was uploaded")
	k.Element, k.Seen = "PartNumber", "part "+k.Element+" "+wire.Quoted(k.Seen)
}

// tooLarge says how a body that is too large is sent: a file of a form within what the
// form's policy has, every other in parts.
func tooLarge(c *Call, k *journal.Cause) {
	if c.form != nil && k.Wanted != wire.Decimal(wire.MaxUpload) {
		outsideForm(k, "larger", "most")
		return
	}
	k.Element = "body"
	k.Cures = []journal.Change{
		cause.Cure("upload in parts: one request takes up to 5 GiB, an object has up to 10,000 parts.",
			cause.Command("aws", "s3", "cp", "FILE", "s3://"+c.Bucket+"/"+c.Key)),
	}
}

// tooSmall tells the least of a form's policy; of a part of an upload the code says it.
func tooSmall(c *Call, k *journal.Cause) {
	if c.form == nil {
		k.Cures = []journal.Change{
			cause.Cure("upload parts of " + k.Wanted + " bytes at least; the last alone may have less."),
		}
		return
	}
	outsideForm(k, "smaller", "least")
}

// outsideForm is the cause of a file whose size is not what the policy of its form has.
func outsideForm(k *journal.Cause, how, bound string) {
	k.Document, k.Element = "the form's policy", "content-length-range"
	k.Text = "the file is " + how + " than the form's policy allows"
	k.Cures = []journal.Change{
		cause.Cure("send a file of " + k.Wanted + " bytes at " + bound + "."),
		cause.Cure("or sign a new form, whose content-length-range takes in " + k.Seen + " bytes."),
	}
}
