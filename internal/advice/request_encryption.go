package advice

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
)

const (
	sseHeader        = "x-amz-server-side-encryption"
	sseKeyHeader     = "x-amz-server-side-encryption-aws-kms-key-id"
	sseContextHeader = "x-amz-server-side-encryption-context"
	sseBucketKey     = "x-amz-server-side-encryption-bucket-key-enabled"
	// contextKey is how the condition keys of an encryption context begin.
	contextKey = "kms:encryptioncontext:"
)

// encrypted is a request that says what its object is to be encrypted with. The bucket's own key is
// named, too, and one that the request names only goes along where KMS is asked for one.
func (s *program) encrypted(q *authz.Request, w wish) (journal.Change, bool) {
	if w.absent {
		c, ok := s.sending(sseHeader, ""), s.sent(sseHeader) != ""
		return s.without(c, sseKeyHeader), ok
	}
	c := s.sending(sseHeader, w.value)
	if !strings.HasPrefix(w.value, "aws:kms") {
		return s.without(c, sseKeyHeader), true
	}
	bucket, _ := bucketAndKey(q.Resource)
	if b := s.state().Buckets[bucket]; b != nil && b.Encryption.KMSKey != "" && s.sent(sseKeyHeader) == "" {
		return s.also(c, sseKeyHeader, s.keys(b)[0]), true
	}
	return c, true
}

// withKey is a request that names the KMS key.
func (s *program) withKey(_ *authz.Request, w wish) (journal.Change, bool) {
	if w.absent {
		return s.sending(sseKeyHeader, ""), s.sent(sseKeyHeader) != ""
	}
	c := s.sending(sseKeyHeader, w.value)
	if !strings.HasPrefix(s.sent(sseHeader), "aws:kms") {
		return s.also(s.sending(sseHeader, "aws:kms"), sseKeyHeader, w.value), true
	}
	return c, true
}

// also is the change with one header more.
func (s *program) also(c journal.Change, name, value string) journal.Change {
	more := s.sending(name, value)
	c.Text += ", and " + name + ": " + value
	c.Request = both(c.Request, more.Request)
	return c
}

// without is the change that leaves a header out that was sent.
func (s *program) without(c journal.Change, name string) journal.Change {
	if s.sent(name) == "" {
		return c
	}
	less := s.sending(name, "")
	c.Text += ", and not " + name
	c.Request = both(c.Request, less.Request)
	return c
}

// inContext is a request with an encryption context: that of its headers, or S3's own, which is the
// bucket's ARN where a Bucket Key is used and the object's where none is. What is there already keeps
// the one that it was written with.
func (s *program) inContext(q *authz.Request, w wish) (journal.Change, bool) {
	if q.Action != "kms:GenerateDataKey" {
		return journal.Change{}, false
	}
	name := w.key[len(contextKey):]
	if strings.EqualFold(name, "aws:s3:arn") {
		if w.absent {
			return journal.Change{}, false
		}
		on := "true"
		if strings.Contains(strings.TrimPrefix(w.value, world.BucketARN), "/") {
			on = "false"
		}
		return s.sending(sseBucketKey, on), true
	}
	pairs := map[string]string{}
	if text, err := base64.StdEncoding.DecodeString(s.sent(sseContextHeader)); err == nil {
		_ = json.Unmarshal(text, &pairs) // what is no JSON is in nobody's way
	}
	if pairs[name] = w.value; w.absent {
		delete(pairs, name)
	}
	if len(pairs) == 0 {
		return s.sending(sseContextHeader, ""), true
	}
	c := s.sending(sseContextHeader, base64.StdEncoding.EncodeToString([]byte(text(pairs))))
	c.Text += ", which is " + text(pairs) + " in base64"
	return c, true
}

// byAlias is a request that names its KMS key by an alias or, where it should name none, by the key's ARN.
func (s *program) byAlias(q *authz.Request, w wish) (journal.Change, bool) {
	if q.Action != "kms:GenerateDataKey" {
		return journal.Change{}, false
	}
	name := w.value
	if w.absent {
		name = q.Resource
	}
	return s.withKey(q, wish{value: name})
}

// otherKeys is an upload under another key, where the one that is to encrypt it cannot.
func (s *setting) otherKeys(q *authz.Request, f *authz.Finding) []candidate {
	if q.Action != "kms:GenerateDataKey" || f.Part != authz.PartKeyState {
		return nil
	}
	var all []candidate
	for i := range s.now.Decisions {
		bucket, key := bucketAndKey(s.now.Decisions[i].Resource)
		if key == "" {
			continue
		}
		for _, arn := range s.keys(s.state().Buckets[bucket]) {
			if c, ok := s.withKey(q, wish{value: arn}); ok && arn != q.Resource {
				c.Text += ", a key that can encrypt: " + f.Detail
				all = append(all, candidate{Change: c})
			}
		}
		break
	}
	return all
}

// customerAlgorithm is the key of requests that bring a key of their own (SSE-C).
const customerAlgorithm = "s3:x-amz-server-side-encryption-customer-algorithm"

// withOwnKey is a request that brings no key of its own; one that should have to make one first.
func (s *program) withOwnKey(_ *authz.Request, w wish) (journal.Change, bool) {
	const name = "x-amz-server-side-encryption-customer-"
	if !w.absent {
		c := s.sending(name+"algorithm", w.value)
		c.Text += ", with a key of yours in " + name + "key"
		return c, true
	}
	c := s.sending(name+"algorithm", "")
	for _, part := range []string{"key", "key-MD5"} {
		c = s.without(c, name+part)
	}
	return c, s.sent(name+"algorithm") != ""
}
