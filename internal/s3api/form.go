package s3api

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/sigv4"
)

// posting is one attempt to make an object from a form.
type posting struct{ writing }

// beginPostObject asks what PutObject asks, and says whether the form is as its
// policy wants it.
func beginPostObject(c *Call) (doing, []*authz.Request, error) {
	w, questions := c.writes()
	if c.form == nil || c.Unproved != nil {
		return posting{w}, questions, nil
	}
	c.form.check(c)
	if e := c.form.refused; e != nil {
		for _, q := range questions {
			q.RequestForm = &authz.Refusal{Detail: e.Error()}
		}
	}
	return posting{w}, questions, nil
}

// check holds the form against the policy that its signer signed. An anonymous
// form has none.
func (f *postForm) check(c *Call) {
	f.policy, f.refused = nil, nil
	if c.Presented == nil {
		return
	}
	if f.policy, f.refused = sigv4.ParsePostPolicy(c.Presented.Policy()); f.refused == nil {
		f.refused = f.policy.Check(f.fields, c.Bucket, c.Now)
	}
}

func (p posting) serve(c *Call) (*Reply, error) {
	if c.form == nil {
		return nil, s3err.New(s3err.MalformedPOSTRequest)
	}
	facts, e, err := p.facts(c)
	if err != nil {
		return nil, err
	}
	k, err := c.claimed()
	if err != nil {
		return nil, err
	}
	u, err := c.receivedFile(k)
	if err != nil {
		return nil, err
	}
	reply, err := p.putUpload(c, facts, u, e)
	if err == nil {
		c.postReply(reply, reply.Header["Etag"][0])
	}
	return reply, err
}

// receivedFile is received for the file of a form.
func (c *Call) receivedFile(k checksum.Claim) (*upload, error) {
	if c.upload != nil {
		return c.upload, nil
	}
	return c.take(&fileReader{r: c.form.file, policy: c.form.policy}, -1, k, nil)
}

// fileReader reads a form's file and holds its size against the policy.
type fileReader struct {
	r      io.Reader
	policy *sigv4.PostPolicy
	size   int64
}

// countBytes is how much of a file that is too large is still read, to tell its
// size.
const countBytes = 16 << 20

func (f *fileReader) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	f.size += int64(n)
	end := errors.Is(err, io.EOF)
	if f.policy == nil {
		return n, err
	}
	if most, ok := f.policy.MaxSize(); ok && f.size > most && !end {
		more, _ := io.CopyN(io.Discard, f.r, countBytes)
		f.size += more
	}
	if refused := f.policy.CheckSize(f.size, end); refused != nil {
		return n, refused
	}
	return n, err
}

// postReply makes the reply that the form asks for (S3 API Reference, "POST
// Object").
func (c *Call) postReply(reply *Reply, etag string) {
	location := c.objectURL()
	redirect := c.fields.Get("success_action_redirect")
	if redirect == "" {
		redirect = c.fields.Get("redirect")
	}
	if to, ok := c.redirection(redirect, etag); ok {
		reply.Status = http.StatusSeeOther
		reply.Header.Set("Location", to)
		return
	}
	reply.Header.Set("Location", location)
	switch c.fields.Get("success_action_status") {
	case "200":
		reply.Status = http.StatusOK
	case "201":
		body := xmlReply(reply.Header, wire.PostResponse{Location: location, Bucket: c.Bucket, Key: c.Key, ETag: etag})
		*reply = *body
		reply.Status = http.StatusCreated
	default:
		reply.Status = http.StatusNoContent
	}
}

// redirection adds to an address what was uploaded. One that is no address is as
// good as none.
func (c *Call) redirection(to, etag string) (string, bool) {
	u, err := url.Parse(to)
	if err != nil || to == "" || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	added := "bucket=" + url.QueryEscape(c.Bucket) + "&key=" + url.QueryEscape(c.Key) + "&etag=" + url.QueryEscape(etag)
	if u.RawQuery != "" {
		added = u.RawQuery + "&" + added
	}
	u.RawQuery = added
	return u.String(), true
}

// formTagging puts the tags of a form, which are XML, into the shape of the
// header.
func (c *Call) formTagging() error {
	text := c.fields.Get("tagging")
	if text == "" {
		return nil
	}
	tags, err := wire.ParseTagSet([]byte(text))
	if err != nil {
		return err
	}
	var query []string
	for _, t := range tags {
		query = append(query, url.QueryEscape(*t.Key)+"="+url.QueryEscape(*t.Value))
	}
	c.fields.Set("x-amz-tagging", strings.Join(query, "&"))
	return nil
}
