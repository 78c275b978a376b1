package s3api

import (
	"crypto/md5"
	"encoding/hex"
	"io"
	"net/http"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

// copyFrom is the source of a copy as Checks found it.
type copyFrom struct {
	source
	err    error // the header cannot be read
	object *store.Object
	marker bool // a delete marker is in its place
}

// checksCopyObject asks both sides' questions: reading the source, its tags and
// its key, and writing the destination (authorization.md 2).
func checksCopyObject(c *Call) ([]*authz.Request, error) {
	c.begin()
	questions := c.sourceQuestions(false)
	own := c.writeQuestions()
	if o := c.from.object; o != nil && len(o.Tags) > 0 && c.copiesTags() {
		questions = append(questions, c.sourceQuestion(c.sourceAction("s3:GetObjectTagging", "s3:GetObjectVersionTagging")))
		own = append(own, c.question("s3:PutObjectTagging", c.objectARN()))
	}
	questions = append(c.expectingSource(questions), own...)
	if b := c.State().Buckets[c.Bucket]; b != nil {
		c.seal = c.sealing(b)
		questions = append(questions, c.sealQuestion(c.seal)...)
	}
	return questions, nil
}

// sourceQuestions are those about the source of a copy, which they find. What is
// wrong with the header is told once the call may write. tagged: the condition
// keys of the source's tags are seen (authorization.md 3.1b).
func (c *Call) sourceQuestions(tagged bool) []*authz.Request {
	c.from.source, c.from.err = parseCopySource(c.header(copySource))
	if c.from.err != nil {
		return nil
	}
	action := c.sourceAction("s3:GetObject", "s3:GetObjectVersion")
	contents := c.Moment.Index.Bucket(c.from.bucket)
	if contents == nil {
		return []*authz.Request{c.sourceQuestion(action)}
	}
	c.findSource(contents)
	o := c.from.object
	if o == nil {
		return []*authz.Request{c.sourceQuestion(action), c.maskedQuestionOn(c.from.bucket, c.from.key, c.sourceAction(listObjects, listVersions))}
	}
	read := c.sourceQuestion(action)
	read.Object = c.objectFacts(o)
	if tagged {
		read = c.objectQuestion(action, c.from.arn(), o)
		ofVersion(read, c.from.version)
	}
	return append([]*authz.Request{read}, c.openQuestion(o.Encryption, c.from.bucket, c.from.key)...)
}

// sourceQuestion asks about the source, as the header names it.
func (c *Call) sourceQuestion(action string) *authz.Request {
	q := c.plainQuestion(action, c.from.arn())
	ofVersion(q, c.from.version)
	return q
}

// findSource looks for the version that the header names, else the newest.
func (c *Call) findSource(contents *store.Bucket) {
	found := contents.Latest(c.from.key)
	if c.from.version != "" {
		found = contents.Version(c.from.key, c.from.version)
	}
	if c.from.marker = found != nil && found.Marker; !c.from.marker {
		c.from.object = found
	}
}

func (c *Call) sourceAction(current, version string) string {
	if c.from.version != "" {
		return version
	}
	return current
}

func (c *Call) copiesTags() bool { return c.header("x-amz-tagging-directive") != "REPLACE" }

// readySource is the source of a copy, if it can be read and the conditions about
// it hold.
func (c *Call) readySource() (*store.Object, error) {
	if c.from.err != nil {
		return nil, c.from.err
	}
	if c.State().Buckets[c.from.bucket] == nil {
		return nil, noSuchBucket(c.from.bucket)
	}
	o := c.from.object
	if o == nil {
		return nil, c.noSource()
	}
	if err := c.unsealable(o.Encryption); err != nil {
		return nil, err
	}
	if err := c.opens(o.Encryption, sourceCustomerKey); err != nil {
		return nil, err
	}
	if err := archived(o); err != nil {
		return nil, err
	}
	return o, c.conditionsOf("X-Amz-Copy-Source-").checkSource(o)
}

// noSource says why there is nothing to copy (s3-errors.md 2.2).
func (c *Call) noSource() error {
	switch v := c.from.version; {
	case v == "":
		return noSuchKey(c.from.key)
	case v != store.NullVersion && !store.IsVersionID(v):
		return s3err.Argument("Invalid version id specified", "versionId", v)
	case c.from.marker:
		return s3err.New(s3err.InvalidRequest).WithMessage("The source of a copy request may not specifically refer to a delete marker by version id.")
	default:
		return s3err.New(s3err.NoSuchVersion, s3err.E("Key", c.from.key), s3err.E("VersionId", v))
	}
}

// sourceTold puts into a reply which version was copied, where the source's bucket
// has, or had, versions.
func (c *Call) sourceTold(h http.Header, o *store.Object) {
	if b := c.State().Buckets[c.from.bucket]; b != nil && b.Versioning != "" {
		h.Set("x-amz-copy-source-version-id", o.Version)
	}
}

func serveCopyObject(c *Call) (*Reply, error) {
	if c.Presented == nil {
		return nil, s3err.New(s3err.AccessDenied).WithMessage("Anonymous users cannot copy objects.  Please authenticate.")
	}
	from, err := c.readySource()
	if err != nil {
		return nil, err
	}
	o, e, err := c.copyOf(from)
	if err != nil {
		return nil, err
	}
	if err := c.copyBytes(o, from); err != nil {
		return nil, err
	}
	if err := c.putObject(o, e); err != nil {
		return nil, err
	}
	h := http.Header{}
	setSealing(h, o.Encryption)
	c.sourceTold(h, from)
	versionMade(h, o)
	return xmlReply(h, copyObjectResult{
		LastModified: isoTime(o.Modified), ETag: quoted(o.ETag), checksumXML: checksumOf(o.Checksum, true),
	}), nil
}

// copyOf is the object that the copy makes, without bytes: with the source's
// metadata and tags, or with those of the request. Storage class, redirect and
// encryption are never copied (S3 API Reference, CopyObject).
func (c *Call) copyOf(from *store.Object) (*store.Object, store.Expect, error) {
	o, e, err := c.newObject()
	if err != nil {
		return nil, e, err
	}
	replaced, err := c.directive("x-amz-metadata-directive", "Unknown metadata directive.")
	if err != nil {
		return nil, e, err
	}
	if _, err := c.directive("x-amz-tagging-directive", "Unknown tagging directive."); err != nil {
		return nil, e, err
	}
	if !replaced && c.ontoItself(o, from) {
		return nil, e, s3err.New(s3err.InvalidRequest).WithMessage("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.")
	}
	if from.Size > maxUpload {
		return nil, e, s3err.New(s3err.InvalidRequest).WithMessage("The specified copy source is larger than the maximum allowable size for a copy source: " + decimal(maxUpload))
	}
	if !replaced {
		redirect := o.Headers[websiteRedirect]
		o.Headers, o.Metadata = from.Headers.Clone(), from.Metadata
		delete(o.Headers, websiteRedirect)
		if redirect != nil {
			o.Headers[websiteRedirect] = redirect
		}
	}
	if c.copiesTags() {
		o.Tags = from.Tags
	}
	return o, e, nil
}

// directive reads COPY, which is the default, or REPLACE, which it reports.
func (c *Call) directive(header, unknown string) (bool, error) {
	switch v := c.header(header); v {
	case "", "COPY":
		return false, nil
	case "REPLACE":
		return true, nil
	default:
		return false, s3err.Argument(unknown, header, v)
	}
}

// ontoItself says that the copy would change nothing. To copy a version that is
// named brings it back.
func (c *Call) ontoItself(o, from *store.Object) bool {
	if c.from.bucket != c.Bucket || c.from.key != c.Key || c.from.version != "" {
		return false
	}
	for _, header := range []string{"x-amz-storage-class", websiteRedirect, sseHeader} {
		if c.header(header) != "" {
			return false
		}
	}
	now, before := o.Encryption, from.Encryption
	return now.Algorithm == before.Algorithm && now.KeyARN == before.KeyARN && now.CustomerKeyMD5 == before.CustomerKeyMD5
}

// copyBytes gives the copy the source's bytes, which stay where they are, and
// their ETag and checksum. Only where the source's are not those of the bytes as
// a whole are they read.
func (c *Call) copyBytes(o, from *store.Object) error {
	a, err := c.copyAlgorithm(from)
	if err != nil {
		return err
	}
	d, err := c.digest(from, span{0, from.Size}, a)
	if err != nil {
		return err
	}
	o.Size, o.Chunks, o.Checksum = from.Size, from.Chunks, d.checksum
	o.ETag, o.Modified = c.etagOf(d.md5, o.Encryption), c.Now
	return nil
}

// copyAlgorithm is the checksum of the copy: the one asked for, else the source's.
func (c *Call) copyAlgorithm(from *store.Object) (*algorithm, error) {
	if asked := c.header("x-amz-checksum-algorithm"); asked != "" {
		return c.checksumAlgorithm(asked)
	}
	if a := algorithmNamed(from.Checksum.Algorithm); a != nil {
		return a, nil
	}
	return defaultAlgorithm, nil
}

// digested is what the bytes of a source were found to be.
type digested struct {
	of       *store.Object
	at       span
	md5      [md5.Size]byte
	checksum store.Checksum
}

// digest finds MD5 and checksum of a run of an object's bytes, reading them only
// when the record does not tell.
func (c *Call) digest(o *store.Object, at span, a *algorithm) (*digested, error) {
	if d := c.digested; d != nil && d.of == o && d.at == at && d.checksum.Algorithm == a.name {
		return d, nil
	}
	d := &digested{of: o, at: at}
	if at.length == o.Size && o.Checksum.Algorithm == a.name && o.Checksum.Type == fullObject && d.fromETag(o) {
		d.checksum = o.Checksum
		return d, nil
	}
	bytes, failed := c.Moment.Index.Open(o, at.first, at.length)
	if failed != nil {
		return nil, openRefused(failed)
	}
	defer bytes.Close()
	sums, whole := a.hash(), md5.New()
	if _, failed := io.Copy(io.MultiWriter(sums, whole), bytes); failed != nil {
		return nil, s3err.New(s3err.InternalError)
	}
	d.checksum = a.sumOf(sums)
	whole.Sum(d.md5[:0])
	c.digested = d
	return d, nil
}

// fromETag takes the MD5 from the ETag, where it is one: not of an object that
// came in parts, nor under a key of KMS or the customer.
func (d *digested) fromETag(o *store.Object) bool {
	if len(o.Parts) > 0 || !md5IsETag(o.Encryption) {
		return false
	}
	sum, err := hex.DecodeString(o.ETag)
	return err == nil && copy(d.md5[:], sum) == md5.Size
}
