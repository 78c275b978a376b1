package build_test

import (
	"bytes"
	"errors"
	"maps"
	"testing"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/tree"
)

func TestPatches(t *testing.T) {
	s := scenario(t, parse(t, text(t, "full")), "full")
	for _, row := range []struct {
		name, patch string
		check       func(t *testing.T, w *patchedWorld)
	}{
		{"a setting", `{"buckets":{"my-bucket":{"object_ownership":"BucketOwnerEnforced"}}}`, func(t *testing.T, w *patchedWorld) {
			if b := w.after.State.Bucket("my-bucket"); b.Ownership != "BucketOwnerEnforced" || b.Policy == nil || !b.Created.Equal(w.before.State.Bucket("my-bucket").Created) {
				t.Errorf("bucket %+v", b)
			}
		}},
		{"policy away", `{"buckets":{"my-bucket":{"policy":null}}}`, func(t *testing.T, w *patchedWorld) {
			if w.after.State.Bucket("my-bucket").Policy != nil {
				t.Error("the policy is still there")
			}
			if w.before.State.Bucket("my-bucket").Policy == nil {
				t.Error("the world before was changed")
			}
		}},
		{"policy added", `{"accounts":{"123456789012":{"users":{"my-user":{"policies":{"kms":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}}}}}}}`, func(t *testing.T, w *patchedWorld) {
			if n := len(w.after.State.UserOf(w.after.State.Callers["app"]).Policies); n != 4 {
				t.Errorf("%d policies", n)
			}
		}},
		{"no such configuration", `{"buckets":{"my-bucket":{"public_access_block":"none","object_ownership":"none"}}}`, func(t *testing.T, w *patchedWorld) {
			if b := w.after.State.Bucket("my-bucket"); b.PublicAccessBlock != nil || b.Ownership != "" {
				t.Errorf("bucket %+v", b)
			}
		}},
		{"a key away is the default again", `{"buckets":{"my-bucket":{"public_access_block":null,"object_ownership":null,"encryption":null}}}`, func(t *testing.T, w *patchedWorld) {
			if b := w.after.State.Bucket("my-bucket"); b.PublicAccessBlock != nil || b.Ownership != "ObjectWriter" || b.Encryption.Algorithm != "AES256" {
				t.Errorf("bucket %+v", b)
			}
			if o := w.after.Index.Bucket("my-bucket").Current("file.txt"); o.Encryption.KeyARN == "" {
				t.Error("changing the bucket's encryption cures no old object")
			}
		}},
		{"object added", `{"buckets":{"my-bucket":{"objects":{"new":{"body":"new"}}}}}`, func(t *testing.T, w *patchedWorld) {
			got := contents(t, w.after, "my-bucket")
			if got["new"] != "new" || got["file.txt"] != "hello\n" || len(got) != 4 {
				t.Errorf("%d objects, new %q", len(got), got["new"])
			}
			w.sameRecords(t, "file.txt", "big", "odd +/?<key>")
		}},
		{"object away", `{"buckets":{"my-bucket":{"objects":{"big":null}}}}`, func(t *testing.T, w *patchedWorld) {
			if w.after.Index.Bucket("my-bucket").Current("big") != nil || w.before.Index.Bucket("my-bucket").Current("big") == nil {
				t.Error("big must go from the copy alone")
			}
			w.sameRecords(t, "file.txt", "odd +/?<key>")
		}},
		{"all objects away", `{"buckets":{"my-bucket":{"objects":null}}}`, func(t *testing.T, w *patchedWorld) {
			if !w.after.Index.Bucket("my-bucket").Empty() {
				t.Error("the bucket is not empty")
			}
		}},
		{"other bytes", `{"buckets":{"my-bucket":{"objects":{"big":{"body":"bye"}}}}}`, func(t *testing.T, w *patchedWorld) {
			if got := contents(t, w.after, "my-bucket")["big"]; got != "bye" {
				t.Errorf("big holds %d bytes", len(got))
			}
			if got := contents(t, w.before, "my-bucket")["big"]; len(got) != 5<<20 {
				t.Errorf("before, big holds %d bytes", len(got))
			}
		}},
		{"other facts", `{"buckets":{"my-bucket":{"objects":{"big":{"tags":{"c":"e"},"metadata":{"a":"b"}}}}}}`, func(t *testing.T, w *patchedWorld) {
			old, o := w.before.Index.Bucket("my-bucket").Current("big"), w.after.Index.Bucket("my-bucket").Current("big")
			if o == old || !maps.Equal(o.Tags, map[string]string{"c": "e"}) || o.Metadata["a"] != "b" || len(old.Tags) != 0 || o.ETag != old.ETag || !o.Modified.Equal(old.Modified) {
				t.Errorf("big: %+v", o)
			}
			if len(contents(t, w.after, "my-bucket")["big"]) != 5<<20 || o.Encryption.KeyARN != old.Encryption.KeyARN {
				t.Error("its bytes and its key stay")
			}
		}},
		{"the same facts", `{"buckets":{"my-bucket":{"objects":{"file.txt":{"tags":{"c":"d"}}}}}}`, func(t *testing.T, w *patchedWorld) {
			w.sameRecords(t, "file.txt")
		}},
		{"bucket added", `{"buckets":{"new-bucket":{"owner":"111111111111","objects":{"a":{"body":"b"}}}}}`, func(t *testing.T, w *patchedWorld) {
			if b := w.after.State.Bucket("new-bucket"); b == nil || b.Region != "eu-west-1" || contents(t, w.after, "new-bucket")["a"] != "b" {
				t.Errorf("bucket %+v", b)
			}
		}},
		{"bucket away", `{"buckets":{"my-bucket":null}}`, func(t *testing.T, w *patchedWorld) {
			if w.after.State.Bucket("my-bucket") != nil || w.after.Index.Bucket("my-bucket") != nil || w.before.Index.Bucket("my-bucket") == nil {
				t.Error("the bucket must go from the copy alone")
			}
		}},
		{"caller added", `{"callers":{"new":{"account":"111111111111","root":true}}}`, func(t *testing.T, w *patchedWorld) {
			c := w.after.State.Callers["new"]
			if c == nil || w.after.State.Credential(c.AccessKeyID) != c {
				t.Errorf("caller %+v", c)
			}
		}},
		{"empty texts", `{"kms_keys":{"key-1":{"grants":[{"grantee":"s3.amazonaws.com","operations":[""]}]}},
			"buckets":{"my-bucket":{"tags":{"a":""}}}}`, func(t *testing.T, w *patchedWorld) {
			text, err := build.Describe(w.after)
			if err != nil || !bytes.Contains(text, []byte(`"operations":[""]`)) || !bytes.Contains(text, []byte(`"tags":{"a":""}`)) {
				t.Errorf("%v: %s", err, text)
			}
		}},
		{"key state", `{"kms_keys":{"key-1":{"state":"Enabled"}}}`, func(t *testing.T, w *patchedWorld) {
			if k := w.after.State.KeyNamed("key-1", "123456789012", "eu-west-1"); k == nil || k.State != "Enabled" {
				t.Errorf("key %+v", k)
			}
		}},
		{"clock", `{"clock":{"now":"2026-01-02T03:04:05Z"}}`, func(t *testing.T, w *patchedWorld) {
			if got := w.after.State.Clock.Frozen; got.Year() != 2026 || got.Month() != 1 {
				t.Errorf("clock %v", got)
			}
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := built(t, s)
			row.check(t, &patchedWorld{before, patched(t, s, before, row.patch)})
		})
	}
}

func TestPatchTwiceIsOnce(t *testing.T) {
	s := scenario(t, parse(t, text(t, "full")), "full")
	const patch = `{"buckets":{"my-bucket":{"policy":null,"objects":{"file.txt":null,"big":{"tags":{"x":"y"}}}}},"callers":{"stranger":null}}`
	once := patched(t, s, built(t, s), patch)
	twice := patched(t, s, once, patch)
	if a, b := describedJSON(t, once), describedJSON(t, twice); a != b {
		t.Errorf("once\n  %s\ntwice\n  %s", a, b)
	}
}

// A patch that is wrong anywhere changes nothing and says where.
func TestBadPatches(t *testing.T) {
	s := scenario(t, parse(t, text(t, "full")), "full")
	for _, row := range []struct{ name, patch, want string }{
		{"unknown key", `{"buckets": {"my-bucket": {"owner": "111111111111", "regin": "us-east-1"}}}`,
			`patch:1:53: unknown key "regin" in a bucket (did you mean "region"?)`},
		{"unknown value", "{\"buckets\": {\n \"my-bucket\": {\"object_ownership\": \"Owner\"}}}", `patch:2:36: unknown value "Owner"`},
		{"lesson", `{"title": "x"}`, `patch:1:2: the key "title" does not belong in a world, but in a scenario`},
		{"whole", `[]`, `patch:1:1: a mapping is wanted here, not a list`},
		{"bad policy", `{"buckets":{"my-bucket":{"policy":{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObjekt","Resource":"arn:aws:s3:::my-bucket/*"}]}}}}`, `patch:1:82: Policy has invalid action: s3:GetObjekt (did you mean "s3:GetObject"?)`},
		{"half good", `{"buckets":{"my-bucket":{"policy":null},"other-bucket":{"owner":"999999999999"}}}`, `patch:1:65: unknown account "999999999999"`},
		{"no base64", `{"buckets":{"my-bucket":{"policy":null,"objects":{"x":{"body_base64":"%"}}}}}`, `patch:1:70: this is no base64`},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := built(t, s)
			was := describedJSON(t, before)
			_, err := build.Of(s).Patch(loaded, before, []byte(row.patch))
			var e *tree.Error
			if !errors.As(err, &e) || err.Error() != row.want {
				t.Errorf("error\n  %v\nwant\n  %s", err, row.want)
			}
			if describedJSON(t, before) != was {
				t.Error("the world was changed")
			}
		})
	}
}
