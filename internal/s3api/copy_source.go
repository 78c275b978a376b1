package s3api

import (
	"strings"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/s3err"
)

// source is what x-amz-copy-source names.
type source struct {
	bucket, key string
	version     string // empty: the current one
}

func (s source) arn() string { return arnPrefix + s.bucket + "/" + s.key }

// parseCopySource reads "bucket/key" or "/bucket/key", URL-encoded, with
// "?versionId=" behind it at times. A + is a space, as in a path (aws-cli#614,
// aws-sdk-js#1821), and a ? that is part of the key must be encoded.
func parseCopySource(value string) (source, error) {
	path, query, _ := strings.Cut(value, "?")
	version, ok := copyVersion(query)
	if !ok {
		return source{}, badCopySource("Invalid copy source encoding.", value)
	}
	text, ok := unescape(strings.TrimPrefix(path, "/"))
	if !ok || !utf8.ValidString(text) {
		return source{}, badCopySource("Invalid copy source encoding.", value)
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(text, "/"), "/")
	switch {
	case bucket == "" || !couldBeBucket(bucket):
		return source{}, badCopySource("Invalid copy source bucket name", value)
	case key == "" || len(key) > maxKey:
		return source{}, badCopySource("Invalid copy source object key", value)
	}
	return source{bucket, key, version}, nil
}

func copyVersion(query string) (string, bool) {
	if query == "" {
		return "", true
	}
	q, ok := ParseQuery(query)
	return q.Get("versionId"), ok
}

func badCopySource(message, value string) error {
	return s3err.Argument(message, copySource, value)
}

// copyRange reads x-amz-copy-source-range for a source of size bytes. It must be
// complete, and within the source (recorded).
func copyRange(value string, size int64) (span, error) {
	const header = "x-amz-copy-source-range"
	if value == "" {
		return span{0, size}, nil
	}
	first, last, ok := byteRange(value)
	switch {
	case !ok || first < 0 || last < 0:
		return span{}, s3err.Argument("The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy", header, value)
	case first >= size:
		return span{}, s3err.New(s3err.InvalidRequest).WithMessage("The specified copy range is invalid for the source object size")
	case last >= size:
		return span{}, s3err.Argument("Range specified is not valid for source object of size: "+decimal(size), header, value)
	}
	return span{first, last - first + 1}, nil
}
