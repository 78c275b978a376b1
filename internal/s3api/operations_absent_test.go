package s3api

import (
	"testing"
)

// A request for annotations asks for the permission of what it is: one annotation, or
// the list of them, of the newest version or of one that is named.
func TestPermissionsOfAnnotations(t *testing.T) {
	b := newBench(t)
	version := b.must(t, put("/my-bucket/k", "x", "x-amz-tagging", "team=red")).header.Get("x-amz-version-id")
	if version == "" {
		version = "null"
	}
	for _, row := range []struct{ method, target, operation, action string }{
		{"GET", "?annotation", "ListObjectAnnotations", "s3:ListObjectAnnotations"},
		{"GET", "?annotation=&annotation-prefix=a", "ListObjectAnnotations", "s3:ListObjectAnnotations"},
		{"GET", "?annotation&versionId=" + version, "ListObjectAnnotations", "s3:ListObjectVersionAnnotations"},
		{"GET", "?annotation&annotationName=a", "GetObjectAnnotation", "s3:GetObjectAnnotation"},
		{"GET", "?annotation&annotationName=a&versionId=" + version, "GetObjectAnnotation", "s3:GetObjectVersionAnnotation"},
		{"PUT", "?annotation&annotationName=a&versionId=" + version, "PutObjectAnnotation", "s3:PutObjectVersionAnnotation"},
		{"DELETE", "?annotation&annotationName=a", "DeleteObjectAnnotation", "s3:DeleteObjectAnnotation"},
		{"GET", "?torrent&versionId=" + version, "GetObjectTorrent", "s3:GetObjectVersionTorrent"},
	} {
		c := b.call(t, sending{method: row.method, target: "/my-bucket/k" + row.target})
		c.Moment = b.live.Now()
		questions, err := c.Checks()
		if err != nil || len(questions) != 1 || c.Op.Name != row.operation || questions[0].Action != row.action {
			t.Errorf("%s %s is %s and asks %+v, %v", row.method, row.target, c.Op.Name, questions, err)
			continue
		}
		ctx := questions[0].Context
		if got := value(ctx, "s3:ExistingObjectTag/team"); got != "red" && row.operation != "GetObjectTorrent" {
			t.Errorf("%s: the object's tag is %q", row.target, got)
		}
		if got := value(ctx, "s3:annotation-prefix"); (got == "a") != (c.Query.Has("annotation-prefix")) {
			t.Errorf("%s: s3:annotation-prefix is %q", row.target, got)
		}
	}
}
