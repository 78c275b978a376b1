package advice

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/journal"
)

// ofNewest is the request for what is the newest version anyway without its number: to read a version
// is an action of its own.
func (s *setting) ofNewest(q *authz.Request) []candidate {
	r := s.now.Made.HTTP
	if newestAction(q.Action) == "" || r == nil {
		return nil
	}
	bucket, key := bucketAndKey(q.Resource)
	b, asked := s.now.Moment.Index.Bucket(bucket), r.URL.Query().Get("versionId")
	if b == nil || asked == "" {
		return nil
	}
	if o := b.Current(key); o == nil || o.Version != asked {
		return nil
	}
	return telling("ask without versionId: it is the newest version that is asked for, and "+newestAction(q.Action)+
		" is enough for that", &journal.Remake{Query: map[string]string{"versionId": ""}})
}

// newestAction is the action on the newest version that reads as this one does of any, such as
// s3:GetObject; empty: there is none.
func newestAction(action string) string {
	if !strings.HasPrefix(action, "s3:GetObject") || !strings.Contains(action, "Version") {
		return ""
	}
	return strings.Replace(action, "Version", "", 1)
}

// putting is the object that a visitor misses.
func (s *setting) putting(q *authz.Request, d *authz.Decision) []candidate {
	bucket, key := bucketAndKey(q.Resource)
	if absent := absentKey(q); absent != "" {
		key = absent
	}
	if d.Cause != authz.Masking || key == "" || s.now.Moment.Index.Bucket(bucket) == nil {
		return nil
	}
	return []candidate{{Change: journal.Change{
		Text: "put the object " + key + " into " + bucket + ": it is not there, and who may not list the bucket is told " +
			"403 in the place of 404",
		Patch: at(journal.Patch{"body": ""}, build.BucketAt(bucket).At(build.Objects, key)),
	}}}
}

// ofVersions adds the action on a version to the statements that allow that on the newest one.
func (s *search) ofVersions(q *authz.Request, d *authz.Decision, f *authz.Finding) []candidate {
	newest := newestAction(q.Action)
	if newest == "" || f.Effect == authz.ExplicitDeny {
		return nil
	}
	var all []candidate
	for _, p := range s.bucketPolicy(d) {
		_, statements := p.document()
		for i, v := range statements {
			st, ok := written(v)
			if !ok || st[effectElement] != "Allow" || !slices.Contains(list(st[actionElement]), newest) {
				continue
			}
			all = append(all, candidate{Change: journal.Change{
				Layer: f.Layer, Patch: p.replace(i, st.having(actionElement, values(append(list(st[actionElement]), q.Action)))),
				Text: "add " + q.Action + " to the Action of " + p.named(i) + " in " + p.what +
					", which lets everybody read old versions, too",
			}})
		}
	}
	return all
}
