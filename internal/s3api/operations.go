package s3api

import (
	"net/http"
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
)

// target is what a path names.
type target int

const (
	onService target = iota
	onBucket
	onObject
)

func (t target) String() string {
	return [...]string{onService: "SERVICE", onBucket: "BUCKET", onObject: "OBJECT"}[t]
}

// match says how a request for an operation looks.
type match struct {
	method string
	on     target
	query  string // a parameter that must be there, with any value; empty: none of the selectors may be
	value  string // the value that it must have; empty: any
	header string // an x-amz- header that must be there too
	with   string // a parameter that must be there too
}

// ask and answer are the two columns of functions in the table.
type (
	ask    func(*Call) ([]*authz.Request, error)
	answer func(*Call) (*Reply, error)
)

// row makes an operation: what it is called, how its request looks, the
// permission it asks for, and what it does.
func row(name, action string, m match, checks ask, serve answer) *Operation {
	return &Operation{Name: name, action: action, match: m, checks: checks, serve: serve}
}

// byKey marks an operation that answers key by key.
func (o *Operation) byKey() *Operation {
	o.perKey = true
	return o
}

// served are the operations that are here. Of two rows that match a request the
// upper one wins. The permissions are those of authorization.md 2.
var served = []*Operation{
	row("ListBuckets", "s3:ListAllMyBuckets", match{method: "GET", on: onService}, checksOwn, serveListBuckets),

	row("CreateBucket", "s3:CreateBucket", match{method: "PUT", on: onBucket}, checksCreateBucket, serveCreateBucket),
	row("DeleteBucket", "s3:DeleteBucket", match{method: "DELETE", on: onBucket}, checksOwn, serveDeleteBucket),
	row("HeadBucket", "s3:ListBucket", match{method: "HEAD", on: onBucket}, checksHeadBucket, serveHeadBucket),
	row("GetBucketLocation", "s3:GetBucketLocation", match{method: "GET", on: onBucket, query: "location"}, checksOwn, serveGetBucketLocation),
	row("GetBucketPolicy", "s3:GetBucketPolicy", match{method: "GET", on: onBucket, query: "policy"}, checksOwn, serveGetBucketPolicy),
	row("PutBucketPolicy", "s3:PutBucketPolicy", match{method: "PUT", on: onBucket, query: "policy"}, checksPutBucketPolicy, servePutBucketPolicy),
	row("DeleteBucketPolicy", "s3:DeleteBucketPolicy", match{method: "DELETE", on: onBucket, query: "policy"}, checksOwn, serveDeleteBucketPolicy),
	row("GetBucketPolicyStatus", "s3:GetBucketPolicyStatus", match{method: "GET", on: onBucket, query: "policyStatus"}, checksOwn, serveGetBucketPolicyStatus),
	row("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", match{method: "GET", on: onBucket, query: "publicAccessBlock"}, checksOwn, serveGetPublicAccessBlock),
	row("PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock", match{method: "PUT", on: onBucket, query: "publicAccessBlock"}, checksOwn, servePutPublicAccessBlock),
	row("DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock", match{method: "DELETE", on: onBucket, query: "publicAccessBlock"}, checksOwn, serveDeletePublicAccessBlock),
	row("GetBucketOwnershipControls", "s3:GetBucketOwnershipControls", match{method: "GET", on: onBucket, query: "ownershipControls"}, checksOwn, serveGetBucketOwnershipControls),
	row("PutBucketOwnershipControls", "s3:PutBucketOwnershipControls", match{method: "PUT", on: onBucket, query: "ownershipControls"}, checksOwn, servePutBucketOwnershipControls),
	row("DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls", match{method: "DELETE", on: onBucket, query: "ownershipControls"}, checksOwn, serveDeleteBucketOwnershipControls),
	row("GetBucketEncryption", "s3:GetEncryptionConfiguration", match{method: "GET", on: onBucket, query: "encryption"}, checksOwn, serveGetBucketEncryption),
	row("PutBucketEncryption", "s3:PutEncryptionConfiguration", match{method: "PUT", on: onBucket, query: "encryption"}, checksOwn, servePutBucketEncryption),
	row("DeleteBucketEncryption", "s3:PutEncryptionConfiguration", match{method: "DELETE", on: onBucket, query: "encryption"}, checksOwn, serveDeleteBucketEncryption),
	row("GetBucketAcl", "s3:GetBucketAcl", match{method: "GET", on: onBucket, query: "acl"}, checksOwn, serveGetBucketACL),
	row("PutBucketAcl", "s3:PutBucketAcl", match{method: "PUT", on: onBucket, query: "acl"}, checksPutBucketACL, servePutBucketACL),
	row("GetBucketVersioning", "s3:GetBucketVersioning", match{method: "GET", on: onBucket, query: "versioning"}, checksOwn, serveGetBucketVersioning),
	row("PutBucketVersioning", "s3:PutBucketVersioning", match{method: "PUT", on: onBucket, query: "versioning"}, checksOwn, servePutBucketVersioning),
	row("GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration", match{method: "GET", on: onBucket, query: "object-lock"}, checksOwn, serveGetObjectLockConfiguration),
	row("PutObjectLockConfiguration", "s3:PutBucketObjectLockConfiguration", match{method: "PUT", on: onBucket, query: "object-lock"}, checksOwn, servePutObjectLockConfiguration),
	row("GetBucketRequestPayment", "s3:GetBucketRequestPayment", match{method: "GET", on: onBucket, query: "requestPayment"}, checksOwn, serveGetBucketRequestPayment),
	row("PutBucketRequestPayment", "s3:PutBucketRequestPayment", match{method: "PUT", on: onBucket, query: "requestPayment"}, checksOwn, servePutBucketRequestPayment),
	row("GetBucketTagging", "s3:GetBucketTagging", match{method: "GET", on: onBucket, query: "tagging"}, checksOwn, serveGetBucketTagging),
	row("PutBucketTagging", "s3:PutBucketTagging", match{method: "PUT", on: onBucket, query: "tagging"}, checksOwn, servePutBucketTagging),
	row("DeleteBucketTagging", "s3:PutBucketTagging", match{method: "DELETE", on: onBucket, query: "tagging"}, checksOwn, serveDeleteBucketTagging),
	row("GetBucketAbac", "s3:GetBucketAbac", match{method: "GET", on: onBucket, query: "abac"}, checksOwn, serveGetBucketABAC),
	row("PutBucketAbac", "s3:PutBucketAbac", match{method: "PUT", on: onBucket, query: "abac"}, checksOwn, servePutBucketABAC),
	row("ListMultipartUploads", "s3:ListBucketMultipartUploads", match{method: "GET", on: onBucket, query: "uploads"}, checksOwn, serveListMultipartUploads),
	row("ListObjectVersions", "s3:ListBucketVersions", match{method: "GET", on: onBucket, query: "versions"}, checksOwn, serveListObjectVersions),
	row("ListObjectsV2", "s3:ListBucket", match{method: "GET", on: onBucket, query: "list-type", value: "2"}, checksOwn, serveListObjectsV2),
	row("ListObjects", "s3:ListBucket", match{method: "GET", on: onBucket}, checksOwn, serveListObjects),
	row("DeleteObjects", "s3:DeleteObject", match{method: "POST", on: onBucket, query: "delete"}, checksDeleteObjects, serveDeleteObjects).byKey(),
	row("PostObject", "s3:PutObject", match{method: "POST", on: onBucket}, checksPostObject, servePostObject),

	row("ListParts", "s3:ListMultipartUploadParts", match{method: "GET", on: onObject, query: "uploadId"}, checksListParts, serveListParts),
	row("GetObject", "s3:GetObject", match{method: "GET", on: onObject}, checksGetObject, serveGetObject),
	row("HeadObject", "s3:GetObject", match{method: "HEAD", on: onObject}, checksHeadObject, serveHeadObject),
	row("GetObjectAttributes", "s3:GetObject", match{method: "GET", on: onObject, query: "attributes"}, checksGetObjectAttributes, serveGetObjectAttributes),
	row("GetObjectAcl", "s3:GetObjectAcl", match{method: "GET", on: onObject, query: "acl"}, checksGetObjectACL, serveGetObjectACL),
	row("PutObjectAcl", "s3:PutObjectAcl", match{method: "PUT", on: onObject, query: "acl"}, checksPutObjectACL, servePutObjectACL),
	row("GetObjectTagging", "s3:GetObjectTagging", match{method: "GET", on: onObject, query: "tagging"}, checksGetObjectTagging, serveGetObjectTagging),
	row("PutObjectTagging", "s3:PutObjectTagging", match{method: "PUT", on: onObject, query: "tagging"}, checksPutObjectTagging, servePutObjectTagging),
	row("DeleteObjectTagging", "s3:DeleteObjectTagging", match{method: "DELETE", on: onObject, query: "tagging"}, checksDeleteObjectTagging, serveDeleteObjectTagging),
	row("GetObjectRetention", "s3:GetObjectRetention", match{method: "GET", on: onObject, query: "retention"}, checksGetObjectRetention, serveGetObjectRetention),
	row("PutObjectRetention", "s3:PutObjectRetention", match{method: "PUT", on: onObject, query: "retention"}, checksPutObjectRetention, servePutObjectRetention),
	row("GetObjectLegalHold", "s3:GetObjectLegalHold", match{method: "GET", on: onObject, query: "legal-hold"}, checksGetObjectLegalHold, serveGetObjectLegalHold),
	row("PutObjectLegalHold", "s3:PutObjectLegalHold", match{method: "PUT", on: onObject, query: "legal-hold"}, checksPutObjectLegalHold, servePutObjectLegalHold),
	row("UploadPartCopy", "s3:PutObject", match{method: "PUT", on: onObject, query: "uploadId", header: wire.CopySourceHeader}, checksUploadPartCopy, serveUploadPartCopy),
	row("UploadPart", "s3:PutObject", match{method: "PUT", on: onObject, query: "uploadId"}, checksUploadPart, serveUploadPart),
	row("UploadPartCopy", "s3:PutObject", match{method: "PUT", on: onObject, query: "partNumber", header: wire.CopySourceHeader}, checksUploadPartCopy, serveUploadPartCopy),
	row("UploadPart", "s3:PutObject", match{method: "PUT", on: onObject, query: "partNumber"}, checksUploadPart, serveUploadPart),
	row("CopyObject", "s3:PutObject", match{method: "PUT", on: onObject, header: wire.CopySourceHeader}, checksCopyObject, serveCopyObject),
	row("PutObject", "s3:PutObject", match{method: "PUT", on: onObject}, checksPutObject, servePutObject),
	row("CreateMultipartUpload", "s3:PutObject", match{method: "POST", on: onObject, query: "uploads"}, checksCreateMultipartUpload, serveCreateMultipartUpload),
	row("CompleteMultipartUpload", "s3:PutObject", match{method: "POST", on: onObject, query: "uploadId"}, checksCompleteMultipartUpload, serveCompleteMultipartUpload),
	row("AbortMultipartUpload", "s3:AbortMultipartUpload", match{method: "DELETE", on: onObject, query: "uploadId"}, checksAbortMultipartUpload, serveAbortMultipartUpload),
	row("DeleteObject", "s3:DeleteObject", match{method: "DELETE", on: onObject}, checksDeleteObject, serveDeleteObject),
}

// table is every operation; byShape finds those of a method and a target.
var (
	table   = append(slices.Clone(served), notServed()...)
	byShape = shapes(table)
	// selectors are the parameters that choose an operation. A request that has
	// one never falls through to the operation without: a PUT of an object's ACL
	// must not become its content.
	selectors = selectorsOf(table)
)

// arguments are parameters that tell operations apart and yet may come with a
// selector, or be without meaning.
var arguments = map[string]bool{"list-type": true, "partNumber": true}

type shape struct {
	method string
	on     target
}

func shapes(ops []*Operation) map[shape][]*Operation {
	m := map[shape][]*Operation{}
	for _, op := range ops {
		s := shape{op.match.method, op.match.on}
		m[s] = append(m[s], op)
	}
	return m
}

func selectorsOf(ops []*Operation) map[string]bool {
	m := map[string]bool{}
	for _, op := range ops {
		if q := op.match.query; q != "" && !arguments[q] {
			m[q] = true
		}
	}
	return m
}

// Operations is the table: every operation that a request can be recognised as,
// those included that are answered NotImplemented once they are allowed.
func Operations() []*Operation { return slices.Clone(table) }

// Implemented says whether the operation does what it says.
func (o *Operation) Implemented() bool { return slices.Contains(served, o) }

// Action is the permission that the operation asks for first.
func (o *Operation) Action() string { return o.action }

// makesBucket says that the operation is for a bucket that need not be there.
func (o *Operation) makesBucket() bool { return o.match.on == onBucket && o.Name == "CreateBucket" }

// Resource is the ARN that the operation's own action is asked about; "*" where it
// is about none.
func (c *Call) Resource() string {
	switch c.Op.match.on {
	case onBucket:
		return c.bucketARN()
	case onObject:
		return c.objectARN()
	default:
		return "*"
	}
}

// recognise finds the operation of a request.
func (c *Call) recognise(on target) (*Operation, error) {
	selector, err := c.selector()
	if err != nil {
		return nil, err
	}
	for _, op := range byShape[shape{c.Request.Method, on}] {
		if c.fits(op.match, selector) {
			return op, nil
		}
	}
	return nil, c.notAllowed(on, selector)
}

func (c *Call) fits(m match, selector string) bool {
	if m.header != "" && c.header(m.header) == "" || m.with != "" && !c.Query.Has(m.with) {
		return false
	}
	if !arguments[m.query] {
		return m.query == selector
	}
	v, ok := c.Query.Lookup(m.query)
	return ok && selector == "" && (m.value == "" || m.value == v)
}

// selector is the one parameter of the query that chooses an operation; empty
// when there is none. S3 refuses several.
func (c *Call) selector() (string, error) {
	if c.Query.Len() == 0 {
		return "", nil
	}
	var found []string
	for p := range c.Query.All() {
		if selectors[p.Name] && !slices.Contains(found, p.Name) {
			found = append(found, p.Name)
		}
	}
	switch len(found) {
	case 0:
		return "", nil
	case 1:
		return found[0], nil
	}
	slices.Sort(found)
	return "", conflictingSelectors(found)
}

// notAllowed is the answer to a method that a resource does not have, with the
// methods that it does have where S3 names them.
func (c *Call) notAllowed(on target, selector string) error {
	err := s3err.New(s3err.MethodNotAllowed,
		s3err.E("Method", c.Request.Method), s3err.E("ResourceType", resourceType(on, selector)))
	if c.Request.Method == http.MethodHead && c.hasGET(on, selector) {
		return err.WithHeader("Allow", http.MethodGet)
	}
	return err
}

func (c *Call) hasGET(on target, selector string) bool {
	return slices.ContainsFunc(byShape[shape{http.MethodGet, on}], func(op *Operation) bool {
		return op.match.query == selector
	})
}
