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
	// Point is the ARN of the access point to the bucket, which is then not named; empty: none.
	Point string
	// Absent is what the ARN names that s3fault does not have; empty: nothing.
	Absent string
}

// ARN is that of the object.
func (s CopySource) ARN() string {
	if s.Point != "" {
		return s.Point + behindPoint + s.Key
	}
	return s.BucketARN() + "/" + s.Key
}

// BucketARN is that of the bucket, or of the access point to it.
func (s CopySource) BucketARN() string {
	if s.Point != "" {
		return s.Point
	}
	return world.BucketARN + s.Bucket
}

// behindPoint stands between an access point's ARN and a key.
const behindPoint = "/object/"

// ParseCopySource reads "bucket/key" or "/bucket/key", URL-encoded, with
// "?versionId=" behind it at times, or an address whose path that is (recorded). A + is a
// space, as in a path (aws-cli#614, aws-sdk-js#1821), and a ? that is part of the key
// must be encoded.
func ParseCopySource(value string) (CopySource, error) {
	path, query, _ := strings.Cut(withoutHost(value), "?")
	version, ok := copyVersion(query)
	if !ok {
		return CopySource{}, badCopySource("Invalid copy source encoding.")
	}
	text, ok := Unescape(strings.TrimPrefix(path, "/"))
	if !ok || !utf8.ValidString(text) {
		return CopySource{}, badCopySource("Invalid copy source encoding.")
	}
	text = strings.TrimPrefix(text, "/")
	if strings.HasPrefix(text, "arn:") {
		return copyFromARN(text, version)
	}
	bucket, key, _ := strings.Cut(text, "/")
	switch {
	case bucket == "" || !CouldBeBucket(bucket):
		return CopySource{}, badCopySource("Invalid copy source bucket name")
	case key == "" || len(key) > MaxKey:
		return CopySource{}, badCopySource("Invalid copy source object key")
	}
	return CopySource{Bucket: bucket, Key: key, Version: version}, nil
}

// copyFromARN reads arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME/object/KEY. What S3 says of an
// ARN that is none is [unsure].
func copyFromARN(text, version string) (CopySource, error) {
	point, key, isObject := strings.Cut(text, behindPoint)
	if kind := world.LacksARN(point); kind != "" {
		return CopySource{Absent: kind}, nil
	}
	switch {
	case !world.IsAccessPointARN(point):
		return CopySource{}, badCopySource("Invalid copy source bucket name")
	case !isObject || key == "" || len(key) > MaxKey:
		return CopySource{}, badCopySource("Invalid copy source object key")
	}
	return CopySource{Point: point, Key: key, Version: version}, nil
}

// withoutHost is the path of an address, of which the host says nothing; or the value as
// it is.
func withoutHost(value string) string {
	for _, scheme := range []string{"http://", "https://"} {
		if len(value) > len(scheme) && strings.EqualFold(value[:len(scheme)], scheme) {
			_, path, _ := strings.Cut(value[len(scheme):], "/")
			return path
		}
	}
	return value
}

func copyVersion(query string) (string, bool) {
	if query == "" {
		return "", true
	}
	q, ok := ParseQuery(query)
	return q.Get("versionId"), ok
}

// badCopySource tells the header's name in the place of its value (recorded).
func badCopySource(message string) error {
	return s3err.Argument(message, CopySourceHeader, CopySourceHeader)
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
