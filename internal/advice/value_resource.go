package advice

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

func (w *wrong) resources(st statement, element string) []mending {
	put := func(all []string) statement { return st.having(element, values(all)) }
	o := &onResources{w, list(st["Action"])}
	hairs := []hair{
		o.objectsOfBucket, o.bucketOfObjects, below, elsewhere, addressed, encoded, delivered,
		(*wrong).aliased, otherKey, pathless, (*wrong).respelled, longer, otherVariable,
	}
	return w.inList(st, element, list(st[element]), w.q.Resource, hairs, put)
}

// onResources is a statement with its actions, which say of what kind its resources are.
type onResources struct {
	*wrong
	actions []string
}

// serves says whether one of the statement's actions is about resources of a kind: bucket or object.
func (o *onResources) serves(kind string) bool {
	for _, pattern := range o.actions {
		for _, a := range policy.Actions("s3") {
			for _, r := range a.Resources {
				if r == kind && o.lets(strings.ToLower(pattern), strings.ToLower(a.Name)) {
					return true
				}
			}
		}
	}
	return false
}

// objectsOfBucket: the /* behind a bucket, or behind a folder in it, is missing.
func (o *onResources) objectsOfBucket(_ *wrong, written, seen string) (mend, bool) {
	base := strings.TrimSuffix(written, "/")
	bucket, key := bucketAndKey(base)
	if bucket == "" || strings.ContainsAny(base, "*?") || !strings.HasPrefix(seen, base+"/") {
		return mend{}, false
	}
	if key != "" {
		return mend{value: base + "/*", why: "which is what is in the folder, and not one object of that name"}, true
	}
	m := mend{value: base + "/*", why: "which is the bucket and none of its objects"}
	if o.serves("bucket") {
		m.beside, m.why = true, "which is the bucket alone, for its objects"
	}
	return m, true
}

// bucketOfObjects: the action is about the bucket, and the value about its objects.
func (o *onResources) bucketOfObjects(_ *wrong, written, seen string) (mend, bool) {
	bucket, key := bucketAndKey(seen)
	if bucket == "" || key != "" || written != seen+"/*" && written != seen+"/" {
		return mend{}, false
	}
	m := mend{value: seen, why: "which is the objects and not the bucket: " + o.q.Action + " is about the bucket"}
	m.beside = written == seen+"/*" && o.serves("object")
	return m, true
}

// longer: the * at the end of a beginning is missing.
func longer(_ *wrong, written, seen string) (mend, bool) {
	rest, ok := strings.CutPrefix(seen, written)
	if !ok || rest == "" || written == "" || strings.ContainsAny(written, "*?$") {
		return mend{}, false
	}
	if last := written[len(written)-1]; isWord(last) && isWord(rest[0]) {
		return mend{}, false // img is no beginning of images
	}
	if rest[0] == '/' {
		return mend{value: written + "/*", why: "with the * at its end"}, true
	}
	return mend{value: written + "*", why: "with the * at its end"}, true
}

func isWord(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

// below: a slash begins the key.
func below(w *wrong, written, seen string) (mend, bool) {
	bucket, rest, ok := strings.Cut(strings.TrimPrefix(written, world.BucketARN), "//")
	good := world.BucketARN + bucket + "/" + rest
	if !ok || !strings.HasPrefix(written, world.BucketARN) || !w.lets(good, seen) {
		return mend{}, false
	}
	return mend{value: good, why: "as no key here begins with a slash"}, true
}

// elsewhere: the ARN of a bucket has neither region nor account, and one partition.
func elsewhere(w *wrong, written, seen string) (mend, bool) {
	a := strings.SplitN(written, ":", 6)
	if len(a) != 6 || a[0] != "arn" || a[2] != "s3" || !strings.HasPrefix(seen, world.BucketARN) {
		return mend{}, false
	}
	good := world.BucketARN + a[5]
	if a[1] == "aws" && a[3]+a[4] == "" || !w.lets(good, seen) {
		return mend{}, false
	}
	if a[3]+a[4] == "" {
		return mend{value: good, why: "as the partition is aws"}, true
	}
	return mend{value: good, why: "as the ARN of a bucket has neither region nor account"}, true
}

// addressed: an address of the bucket stands where its name should.
func addressed(w *wrong, written, seen string) (mend, bool) {
	name, ok := strings.CutPrefix(written, world.BucketARN)
	bucket, _ := bucketAndKey(seen)
	if !ok || bucket == "" {
		return mend{}, false
	}
	for _, scheme := range []string{"s3://", "https://", "http://"} {
		name = strings.TrimPrefix(name, scheme)
	}
	host, key, _ := strings.Cut(name, "/")
	if strings.HasPrefix(host, bucket+".s3") {
		host = bucket
	}
	good := world.BucketARN + host
	if key != "" || strings.Contains(name, "/") {
		good += "/" + key
	}
	if good == written || !w.lets(good, seen) {
		return mend{}, false
	}
	return mend{value: good, why: "as an ARN has the name of the bucket and not its address"}, true
}

// aliased: policies name a key by its ARN, and not by its alias.
func (w *wrong) aliased(written, seen string) (mend, bool) {
	if !strings.Contains(written, "alias/") {
		return mend{}, false
	}
	k := w.state().Keys[seen]
	if k == nil {
		return mend{}, false
	}
	for _, a := range k.Aliases {
		if strings.HasSuffix(written, a.Name) {
			return mend{value: seen, why: "as a policy names a key by its ARN and not by its alias"}, true
		}
	}
	return mend{}, false
}

// otherKey: the key's id is right, and its region, account or form is not.
func otherKey(_ *wrong, written, seen string) (mend, bool) {
	_, id, ok := strings.Cut(seen, ":key/")
	if !ok || !strings.HasSuffix(written, id) || strings.ContainsAny(written, "*?") {
		return mend{}, false
	}
	return mend{value: seen, why: "as the ARN of that key is"}, true
}

// otherVariable: a variable is taken for another, as aws:userid for aws:username.
func otherVariable(w *wrong, written, seen string) (mend, bool) {
	for _, a := range atoms(written) {
		name, ok := strings.CutPrefix(strings.TrimSuffix(a, "}"), "${")
		if !ok || !strings.HasSuffix(a, "}") {
			continue
		}
		for _, key := range append(w.instead(name), w.tagsFor(name)...) {
			good := strings.ReplaceAll(written, a, "${"+key+"}")
			if w.lets(good, seen) {
				return mend{value: good, why: "as " + name + " is " + seenAs(w.q.Context, name) + " here"}, true
			}
		}
	}
	return mend{}, false
}

// tagsFor are the requester's tags, where aws:username stands and a session of a role, which has none, asks.
func (w *wrong) tagsFor(name string) []string {
	if _, has := w.q.Context.Get(name); has || !strings.EqualFold(name, "aws:username") {
		return nil
	}
	var all []string
	for key := range w.q.Context.All() {
		if tag, ok := cutFold(key, "aws:PrincipalTag/"); ok {
			all = append(all, "aws:PrincipalTag/"+tag)
		}
	}
	slices.Sort(all)
	return all
}

// pathless: the path of a role or a user is missing, or is another.
func pathless(_ *wrong, written, seen string) (mend, bool) {
	kind, name, path := iamName(written)
	kindSeen, nameSeen, pathSeen := iamName(seen)
	if kind == "" || kind != kindSeen || name != nameSeen || path == pathSeen {
		return mend{}, false
	}
	return mend{value: seen, why: "with the path of the " + kind}, true
}

// iamName takes an ARN of a role or a user apart: what it is, with its account; its name; its path.
// Empty: it is none.
func iamName(arn string) (kind, name, path string) {
	a := strings.SplitN(arn, ":", 6)
	if len(a) != 6 || a[2] != "iam" {
		return "", "", ""
	}
	kind, rest, ok := strings.Cut(a[5], "/")
	if !ok || kind != "role" && kind != "user" {
		return "", "", ""
	}
	i := strings.LastIndexByte(rest, '/')
	return kind, a[4] + "/" + rest[i+1:], rest[:i+1]
}

// names says whether what is written is the name of something else that is there: then it is no slip.
func (w *wrong) names(written, seen string) bool {
	if w.hasAccount(written, seen) {
		return true
	}
	plain := atoms(written)[0]
	if bucket, key := bucketAndKey(plain); bucket != "" {
		other, _ := bucketAndKey(seen)
		if bucket != other {
			return w.state().Buckets[bucket] != nil
		}
		b := w.now.Moment.Index.Bucket(bucket)
		return key != "" && b != nil && len(b.List(store.ListQuery{Prefix: key, Max: 1}).Objects) > 0
	}
	s := w.state()
	switch {
	case strings.HasPrefix(written, "arn:aws:iam::"):
		return s.PrincipalExists(written)
	}
	return s.Keys[written] != nil || s.Endpoints[written] != nil || w.hasVPC(written)
}

// hasAccount says whether one of its parts is the number of an account that is there, and not of what was seen.
func (w *wrong) hasAccount(written, seen string) bool {
	return slices.ContainsFunc(parts(written), func(part string) bool {
		return isAccount(part) && w.state().Accounts[part] != nil && !slices.Contains(parts(seen), part)
	})
}

func (w *wrong) hasVPC(id string) bool {
	for _, e := range w.state().Endpoints {
		if e.VPC == id {
			return true
		}
	}
	return false
}
