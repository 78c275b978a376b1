package s3api

import (
	"crypto/md5"
	"encoding/hex"
	"maps"
	"net/http"
	"unicode/utf8"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/checksum"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// annotating is one attempt to do something with annotations of an object.
type annotating struct{ found }

// annotates begins one: action on the object, ofVersion where a version is named. keys
// are the questions about the object's key; nil: none.
func annotates(
	ofVersion string, keys func(*Call, *store.Object) []*authz.Request, serve func(annotating, *Call) (*Reply, error),
) begin {
	return func(c *Call) (doing, []*authz.Request, error) {
		f, questions := c.asks(c.Op.action, ofVersion)
		if keys != nil && f.object != nil {
			questions = append(questions, keys(c, f.object)...)
		}
		return act(func(c *Call) (*Reply, error) { return serve(annotating{f}, c) }), questions, nil
	}
}

// opensAnnotation asks for the key that the object is encrypted with; sealsAnnotation for
// a data key of it (configurations.md 6.6).
func opensAnnotation(c *Call, o *store.Object) []*authz.Request {
	return openQuestion(c, o.Encryption, c.Bucket, c.Key)
}

func sealsAnnotation(c *Call, o *store.Object) []*authz.Request {
	k := c.InForce().KeyNamed(o.Encryption.KeyARN, "", "")
	if !o.Encryption.ByKMS() || !provedByV4(c) || k == nil {
		return nil
	}
	return []*authz.Request{kmsQuestion(c, "kms:GenerateDataKey", k, o.Encryption, c.Bucket, c.Key)}
}

// beginDeleteObjectAnnotation also asks what Object Lock says of the object, and for the
// right to bypass it (configurations.md 6.3).
func beginDeleteObjectAnnotation(c *Call) (doing, []*authz.Request, error) {
	f, questions := c.asks(c.Op.action, "s3:DeleteObjectVersionAnnotation")
	if f.object != nil {
		questions[0].Lock = lockOf(c, f.object)
	}
	serve := func(c *Call) (*Reply, error) { return serveDeleteObjectAnnotation(annotating{f}, c) }
	return act(serve), append(questions, bypassQuestion(c, c.Key)...), nil
}

// annotated is the object, if S3 has annotations on that day and the request's condition
// holds.
func (a annotating) annotated(c *Call) (*store.Object, error) {
	if !c.State().Answers.Has(world.Annotations) {
		return nil, s3err.New(s3err.NotImplemented)
	}
	o, err := a.unmarked(c)
	if err != nil {
		return nil, err
	}
	if m := c.header(objectIfMatch); m != "" && m != "*" && wire.BareETag(m) != o.ETag {
		return nil, wire.PreconditionFailed(objectIfMatch)
	}
	return o, unsealable(c, o.Encryption)
}

const objectIfMatch = "X-Amz-Object-If-Match"

// annotationName is the name in the query.
func annotationName(c *Call) (string, error) {
	name := c.Query.Get("annotationName")
	switch {
	case len(name) > store.MaxAnnotationName:
		return "", s3err.New(s3err.AnnotationNameTooLong)
	case !store.AnnotationNamed(name):
		return "", s3err.New(s3err.InvalidAnnotationName)
	}
	return name, nil
}

func servePutObjectAnnotation(a annotating, c *Call) (*Reply, error) {
	o, err := a.annotated(c)
	if err != nil {
		return nil, err
	}
	name, err := annotationName(c)
	if err != nil {
		return nil, err
	}
	note, err := annotationSent(c)
	_, there := o.Annotations[name]
	switch {
	case err != nil:
		return nil, err
	case o.Encryption.CustomerKeyMD5 != "": // the words [unsure]
		return nil, s3err.New(s3err.InvalidRequest).WithMessage(
			"Annotations are not supported for objects encrypted with SSE-C.")
	case !there && len(o.Annotations) >= store.MaxAnnotations:
		return nil, s3err.New(s3err.AnnotationLimitExceeded)
	}
	changed := *o
	changed.Annotations = maps.Clone(o.Annotations)
	if changed.Annotations == nil {
		changed.Annotations = map[string]store.Annotation{}
	}
	changed.Annotations[name] = note
	if err := replaceRecord(c, o, &changed); err != nil {
		return nil, err
	}
	h := annotationTold(c, o, note, true)
	return xmlReply(h, putAnnotationXML{AnnotationName: name, Key: c.Key}), nil
}

// annotationSent is the body: it is held against its digests, and is UTF-8.
func annotationSent(c *Call) (note store.Annotation, err error) {
	k, err := claimed(c)
	if err != nil {
		return note, err
	}
	text, err := bodyWithin(c, store.MaxAnnotation, func() error { // the elements [unsure]
		return s3err.New(s3err.EntityTooLarge, s3err.E("ProposedSize", wire.Decimal(proposed(c))),
			s3err.E("MaxSizeAllowed", wire.Decimal(store.MaxAnnotation)))
	})
	switch {
	case err != nil:
		return note, err
	case len(text) == 0:
		return note, s3err.New(s3err.MissingRequestBodyError) // [unsure]
	case !utf8.Valid(text):
		return note, s3err.New(s3err.UnsupportedMediaType)
	}
	note = store.Annotation{Text: string(text), Modified: c.Now}
	if k.Algorithm != nil {
		note.Algorithm = k.Algorithm.Name
	}
	return note, nil
}

// proposed is the length of a document as the client told it, else as much as was read.
func proposed(c *Call) int64 { return max(c.Body.Length(), int64(len(c.document.text))) }

// annotationTold are the headers that tell of an annotation. Its ETag is its MD5 [unsure].
func annotationTold(c *Call, o *store.Object, note store.Annotation, summed bool) http.Header {
	h := http.Header{}
	h.Set("ETag", wire.Quoted(annotationETag(note)))
	if b := c.State().Buckets[c.Bucket]; b != nil && b.Versioning != "" {
		h.Set("x-amz-object-version-id", o.Version)
	}
	wire.SetEncryption(h.Set, o.Encryption)
	if a := annotationAlgorithm(note); summed {
		sums := a.Hash()
		sums.Write([]byte(note.Text))
		sum := a.SumOf(sums)
		h.Set(a.Header(), sum.Value)
		h.Set(checksum.TypeHeader, sum.Type)
	}
	return h
}

func annotationETag(note store.Annotation) string {
	sum := md5.Sum([]byte(note.Text))
	return hex.EncodeToString(sum[:])
}

func annotationAlgorithm(note store.Annotation) *checksum.Algorithm {
	if a := checksum.Named(note.Algorithm); a != nil {
		return a
	}
	return checksum.Default
}

func serveGetObjectAnnotation(a annotating, c *Call) (*Reply, error) {
	o, err := a.annotated(c)
	if err != nil {
		return nil, err
	}
	note, there := o.Annotations[c.Query.Get("annotationName")]
	if !there {
		return nil, s3err.New(s3err.NoSuchAnnotation)
	}
	h := annotationTold(c, o, note, wantsChecksum(c.header))
	h.Set("Last-Modified", wire.HTTPTime(note.Modified))
	return textReply(h, "application/octet-stream", []byte(note.Text)), nil
}

// serveDeleteObjectAnnotation deletes one that is not there, too: the model has no other
// answer.
func serveDeleteObjectAnnotation(a annotating, c *Call) (*Reply, error) {
	o, err := a.annotated(c)
	if err != nil {
		return nil, err
	}
	name := c.Query.Get("annotationName")
	if _, there := o.Annotations[name]; there {
		changed := *o
		changed.Annotations = maps.Clone(o.Annotations)
		delete(changed.Annotations, name)
		if err := replaceRecord(c, o, &changed); err != nil {
			return nil, err
		}
	}
	reply := done(http.StatusNoContent)
	if b := c.State().Buckets[c.Bucket]; b != nil && b.Versioning != "" {
		reply.Header.Set("x-amz-object-version-id", o.Version)
	}
	return reply, nil
}
