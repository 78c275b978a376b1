package trail_test

import (
	"slices"
	"testing"

	"github.com/s3fault/s3fault/internal/trail"
)

// An event is about an object and its bucket; one about what a bucket holds names the
// objects by the beginning of their ARNs. Whom S3 refuses is not told whose bucket it is.
func TestResources(t *testing.T) {
	const object, bucket = "AWS::S3::Object", "AWS::S3::Bucket"
	mine := map[string]any{"type": bucket, "ARN": "arn:aws:s3:::my-bucket", "accountId": own}
	untold := map[string]any{"type": bucket, "ARN": "arn:aws:s3:::my-bucket", "accountId": ""}
	for name, c := range map[string]struct {
		caller, recipient string
		edit              func(*trail.Happened)
		want              []any
	}{
		"object":         {"ann", own, func(*trail.Happened) {}, []any{map[string]any{"type": object, "ARN": "arn:aws:s3:::my-bucket/a/k"}, mine}},
		"owner's copy":   {"bob", own, func(*trail.Happened) {}, []any{map[string]any{"type": object, "ARN": "arn:aws:s3:::my-bucket/a/k"}, mine}},
		"refused's copy": {"bob", other, func(*trail.Happened) {}, []any{map[string]any{"type": object, "ARN": "arn:aws:s3:::my-bucket/a/k"}, untold}},
		"allowed's copy": {"bob", other, func(h *trail.Happened) { h.Code = "" }, []any{map[string]any{"type": object, "ARN": "arn:aws:s3:::my-bucket/a/k"}, mine}},
		"listing": {"ann", own, func(h *trail.Happened) {
			h.Resource, h.Parameters = "arn:aws:s3:::my-bucket", map[string]any{"prefix": "a/"}
		},
			[]any{map[string]any{"type": object, "ARNPrefix": "arn:aws:s3:::my-bucket/a/"}, mine}},
		"HeadBucket": {"ann", own, func(h *trail.Happened) { h.Resource = "arn:aws:s3:::my-bucket" },
			[]any{map[string]any{"type": object, "ARNPrefix": "arn:aws:s3:::my-bucket/"}, mine}},
		"bucket's settings": {"ann", own, func(h *trail.Happened) { h.Resource, h.Management = "arn:aws:s3:::my-bucket", true }, []any{mine}},
		"nobody's bucket": {"ann", own, func(h *trail.Happened) { h.Owner = "" },
			[]any{map[string]any{"type": object, "ARN": "arn:aws:s3:::my-bucket/a/k"}, untold}},
	} {
		t.Run(name, func(t *testing.T) {
			h := got(t, built(t), c.caller)
			c.edit(h)
			has(t, trail.Of(h, c.recipient), map[string]any{"resources": c.want})
		})
	}
}

// Trails are asked about the event of both accounts, each once.
func TestEventForTrails(t *testing.T) {
	s := built(t)
	for _, c := range []struct {
		caller, owner string
		want          []string
	}{
		{"ann", own, []string{own}}, {"bob", own, []string{other, own}}, {"", own, []string{own}},
		{"config", own, []string{own}}, {"ann", "", []string{own}}, {"", "", nil},
	} {
		h := got(t, s, c.caller)
		h.Owner = c.owner
		e := h.Event()
		if !slices.Equal(e.Accounts, c.want) {
			t.Errorf("%q asks for what is of %q: it concerns %q, want %q", c.caller, c.owner, e.Accounts, c.want)
		}
		if e.Region != h.Region || !e.ReadOnly || e.Management || e.Resource != h.Resource {
			t.Errorf("the event is %+v", e)
		}
	}
}
