package wire

import (
	"strings"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// CopySource is what x-amz-copy-source names.
type CopySource struct {
	Bucket, Key string
	Version     string // empty: the current one
}

func (s CopySource) ARN() string { return world.BucketARN + s.Bucket + "/" + s.Key }

// ParseCopySource reads "bucket/key" or "/bucket/key", URL-encoded, with
// "?versionId=" behind it at times. A + is a space, as in a path (aws-cli#614,
// aws-sdk-js#1821), and a ? that is part of the key must be encoded.
func ParseCopySource(value string) (CopySource, error) {
	path, query, _ := strings.Cut(value, "?")
	version, ok := copyVersion(query)
	if !ok {
		return CopySource{}, badCopySource("Invalid copy source encoding.", value)
	}
	text, ok := Unescape(strings.TrimPrefix(path, "/"))
	if !ok || !utf8.ValidString(text) {
		return CopySource{}, badCopySource("Invalid copy source encoding.", value)
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(text, "/"), "/")
	switch {
	case bucket == "" || !CouldBeBucket(bucket):
		return CopySource{}, badCopySource("Invalid copy source bucket name", value)
	case key == "" || len(key) > MaxKey:
		return CopySource{}, badCopySource("Invalid copy source object key", value)
	}
	return CopySource{bucket, key, version}, nil
}

func copyVersion(query string) (string, bool) {
	if query == "" {
		return "", true
	}
	q, ok := ParseQuery(query)
	return q.Get("versionId"), ok
}

func badCopySource(message, value string) error {
	return s3err.Argument(message, CopySourceHeader, value)
}

// Directive reads COPY, which is the default, or REPLACE, which it reports.
func Directive(header, v, unknown string) (bool, error) {
	switch v {
	case "", "COPY":
		return false, nil
	case "REPLACE":
		return true, nil
	default:
		return false, s3err.Argument(unknown, header, v)
	}
}

const CopySourceHeader = "x-amz-copy-source"
