package s3api

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/sigv4"
)

// posting is one attempt to make an object from a form.
type posting struct {
	writing
	policy *sigv4.PostPolicy // nil: anonymous
	// refused says why the policy does not allow the form.
	refused error
}

// beginPostObject asks what PutObject asks, and says whether the form is as its
// policy wants it.
func beginPostObject(c *Call) (doing, []*authz.Request, error) {
	w, questions := writes(c)
	p := posting{writing: w}
	if c.form == nil || c.Unproved != nil {
		return p, questions, nil
	}
	p.policy, p.refused = formPolicy(c)
	c.Misformed = p.refused
	if p.refused != nil {
		for _, q := range questions {
			q.RequestForm = &authz.Refusal{Detail: p.refused.Error()}
		}
	}
	return p, questions, nil
}

// formPolicy is the policy that the signer of the form signed, and why it does not allow
// the form. An anonymous form has none.
func formPolicy(c *Call) (*sigv4.PostPolicy, error) {
	if c.Presented == nil {
		return nil, nil
	}
	p, err := sigv4.ParsePostPolicy(c.Presented.Policy())
	if err == nil {
		p.Expiration = c.Ends(p.Expiration)
		err = p.Check(c.form.Fields, c.Bucket, c.Now)
	}
	return p, err
}

func (p posting) formRefused() error { return p.refused }

func (p posting) serve(c *Call) (*Reply, error) {
	if c.form == nil {
		return nil, s3err.New(s3err.MalformedPOSTRequest)
	}
	facts, e, err := p.facts(c)
	if err != nil {
		return nil, err
	}
	k, err := claimed(c)
	if err != nil {
		return nil, err
	}
	u, err := receivedFrom(c, &fileReader{r: c.form.File, policy: p.policy}, -1, k, nil)
	if err != nil {
		return nil, err
	}
	reply, err := p.putUpload(c, facts, u, e)
	if err != nil {
		return nil, err
	}
	return formReply(c, reply, reply.Header["Etag"][0]), nil
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

// formReply makes the reply that the form asks for (S3 API Reference, "POST Object").
func formReply(c *Call, reply *Reply, etag string) *Reply {
	if to, ok := c.form.Redirection(c.Bucket, etag); ok {
		reply.Status = http.StatusSeeOther
		reply.Header.Set("Location", to)
		return reply
	}
	location := strings.TrimSuffix(urlOf(c), "/") + "/" + wire.EscapePath(c.Key)
	reply.Header.Set("Location", location)
	switch c.form.Header.Get("success_action_status") {
	case "200":
		reply.Status = http.StatusOK
	case "201":
		told := wire.PostResponse{Location: location, Bucket: c.Bucket, Key: c.Key, ETag: etag}
		reply = xmlReply(reply.Header, told)
		reply.Status = http.StatusCreated
	default:
		reply.Status = http.StatusNoContent
	}
	return reply
}
