package finding

import (
	"net/http"
	"net/url"

	"github.com/s3fault/s3fault/journal"
)

// role is what an operation does to what is kept.
type role int

const (
	reads      role = iota // nothing
	writes                 // a new object under a key
	completes              // the same, from the parts of an upload
	prepares               // begins an upload
	stages                 // a part of one
	aborts                 // ends one
	deletes                // an object
	deletesAll             // several, named in the body
	configures             // all else that changes something
)

// roles are those of the operations on objects. Of others the method tells.
var roles = map[string]role{
	"PutObject": writes, "CopyObject": writes, "PostObject": writes, "CompleteMultipartUpload": completes,
	"CreateMultipartUpload": prepares, "UploadPart": stages, "UploadPartCopy": stages, "AbortMultipartUpload": aborts,
	"DeleteObject": deletes, "DeleteObjects": deletesAll,
}

func roleOf(e *journal.Entry) role {
	if e.Service != "" {
		return reads // what becomes of it is in no bucket
	}
	if r, ok := roles[e.Operation]; ok {
		return r
	}
	switch e.Method {
	case http.MethodPut, http.MethodPost, http.MethodDelete:
		return configures
	}
	return reads
}

// settles says that a request, done, decides what there is under its key.
func settles(e *journal.Entry) bool {
	switch roleOf(e) {
	case writes, completes:
		return true
	case deletes:
		return !ofOneVersion(e)
	}
	return false
}

// ofOneVersion says that a request is about a version of an object, whichever is the newest.
func ofOneVersion(e *journal.Entry) bool { return parameter(e, "versionId") != "" }

// parameter is one of the request's query; empty: it has none.
func parameter(e *journal.Entry, name string) string {
	if e.Query == "" {
		return ""
	}
	query, err := url.ParseQuery(e.Query)
	if err != nil {
		return ""
	}
	return query.Get(name)
}
