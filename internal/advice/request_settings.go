package advice

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// telling is a list of one change of the request.
func telling(text string, how *journal.Remake) []candidate {
	return []candidate{{Change: journal.Change{Text: text, Request: how}}}
}

// toRegion is the request sent to where the bucket is.
func (s *setting) toRegion(q *authz.Request, _ *authz.Finding) []candidate {
	bucket, _ := bucketAndKey(q.Resource)
	b := s.state().Buckets[bucket]
	if b == nil {
		return telling("sign for the region of the endpoint that the request is sent to", nil)
	}
	return telling("sign for "+b.Region+", where the bucket "+b.Name+" is, and send it there (--region "+b.Region+")",
		&journal.Remake{Region: b.Region})
}

// ownerHeaders are those that say to whom the client takes a bucket to belong.
var ownerHeaders = []string{"x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"}

// expectingOwner is the request with the number of the account that the bucket does belong to.
func (s *setting) expectingOwner(q *authz.Request, _ *authz.Finding) []candidate {
	var found []candidate
	for _, name := range ownerHeaders {
		if s.sent(name) == q.ExpectedOwner && q.ExpectedOwner != "" {
			c := s.sending(name, q.ResourceAccount)
			c.Text += ", the account that owns the bucket; or do not send it"
			found = append(found, candidate{Change: c})
		}
	}
	if len(found) == 0 {
		return telling("send the number of the account that owns the bucket, "+q.ResourceAccount+", in "+
			"x-amz-expected-bucket-owner, or do not send it", nil)
	}
	return found
}

// paying is the request of one who takes the costs.
func (s *setting) paying(q *authz.Request, _ *authz.Finding) []candidate {
	if nobody(q) {
		return nil // there is nobody to charge
	}
	c := s.sending("x-amz-request-payer", "requester")
	c.Text += ", and pay for the request"
	return []candidate{{Change: c}}
}

// aclHeaders are those that write an ACL.
var aclHeaders = []string{
	"x-amz-acl", "x-amz-grant-read", "x-amz-grant-write", "x-amz-grant-read-acp", "x-amz-grant-write-acp",
	"x-amz-grant-full-control",
}

// noACL is the request without what writes an ACL: headers or, of a form, fields that are not
// seen here.
func (s *setting) noACL() journal.Change {
	sent := slices.DeleteFunc(slices.Clone(aclHeaders), func(name string) bool { return s.sent(name) == "" })
	c := journal.Change{Text: "send no ACL (" + strings.Join(sent, ", ") + ")"}
	if len(sent) == 0 {
		sent, c.Text = aclHeaders, "send no ACL"
	}
	for _, name := range sent {
		c.Request = both(c.Request, s.sending(name, "").Request)
	}
	return c
}

// withoutACL is the request without an ACL.
func (s *setting) withoutACL(q *authz.Request, _ *authz.Finding) []candidate {
	if s.putsACL(q) {
		return telling("send no ACL, and leave this call out: the bucket has ACLs disabled (BucketOwnerEnforced), and "+
			"its owner owns every object in it",
			&journal.Remake{Omitted: true})
	}
	c := s.noACL()
	c.Text += ": the bucket has ACLs disabled (BucketOwnerEnforced), and its owner owns every object in it"
	return []candidate{{Change: c}}
}

// privately is the request that makes nothing public.
func (s *setting) privately(q *authz.Request, f *authz.Finding) []candidate {
	switch f.Setting {
	case authz.BlockPublicACLs:
		if s.putsACL(q) {
			return s.privateACL(f)
		}
		c := s.noACL()
		c.Text += ": it is public, and " + f.Setting + " is on"
		return []candidate{{Change: c}}
	case authz.BlockPublicPolicy:
		return s.namingOwner(q)
	}
	return nil
}

// putsACL says whether the request has no other business than an ACL.
func (s *setting) putsACL(q *authz.Request) bool {
	r := s.now.Made.HTTP
	return strings.HasSuffix(q.Action, "Acl") && r != nil && r.URL.Query().Has("acl")
}

// privateACL is the ACL that is put with nothing in it for the public.
func (s *setting) privateACL(f *authz.Finding) []candidate {
	text := "put an ACL that grants nothing to everybody (AllUsers) or to all of AWS (AuthenticatedUsers), such as " +
		"x-amz-acl: private: " + f.Setting + " is on"
	c := s.noACL()
	return telling(text, both(c.Request, s.sending("x-amz-acl", "private").Request))
}

// namingOwner is the policy that is put with the owner's account in the place of everybody.
func (s *setting) namingOwner(q *authz.Request) []candidate {
	owner := "arn:aws:iam::" + q.ResourceAccount + ":root"
	said := "put a policy that is not public: name principals in the place of \"*\", such as " + owner +
		", or add a condition with fixed values, such as aws:PrincipalOrgID"
	var doc journal.Patch
	if json.Unmarshal(s.now.Made.Body, &doc) != nil {
		return telling(said, nil)
	}
	statements, ok := doc["Statement"].([]any)
	if !ok {
		statements = []any{doc["Statement"]}
	}
	statements, _ = naming(statements, readers(q.ResourceAccount, nil))
	doc["Statement"] = statements
	return telling(said, &journal.Remake{Body: text(doc)})
}

// bypassing is the deletion that a lock does not forbid.
func (s *setting) bypassing(q *authz.Request, _ *authz.Finding) []candidate {
	l := q.Lock
	if l == nil {
		return nil
	}
	var found []candidate
	if l.Mode == authz.Governance && !l.LegalHold && !l.EventHold {
		c := s.sending("x-amz-bypass-governance-retention", "true")
		c.Text += ", which needs the permission s3:BypassGovernanceRetention"
		found = append(found, candidate{Change: c})
	}
	if q.Action == "s3:DeleteObjectVersion" {
		found = append(found, candidate{Change: journal.Change{
			Text:    "delete the object without naming its version: S3 puts a delete marker in front, and keeps the version",
			Request: &journal.Remake{Query: map[string]string{"versionId": ""}},
		}})
	}
	if l.Mode != "" && !l.LegalHold && !l.EventHold {
		found = append(found, candidate{Change: s.wait(l.Until, ", when the retention ends")})
	}
	return found
}

// ofWhatIsThere is the request for the object that was probably meant. A reader who may not list a
// bucket is refused what is not there.
func (s *setting) ofWhatIsThere(d *authz.Decision) []candidate {
	bucket, _ := bucketAndKey(d.Resource)
	contents := s.now.Moment.Index.Bucket(bucket)
	if contents == nil {
		if near := nearest.Name(bucket, slices.Sorted(maps.Keys(s.state().Buckets))); near != "" {
			return telling("ask for the bucket "+near+": there is no "+bucket, &journal.Remake{Bucket: near})
		}
		return nil
	}
	key := absentKey(s.question(d))
	near := keyNear(contents, key)
	if near == "" {
		return nil
	}
	return telling("ask for "+near+": there is no object "+key, &journal.Remake{Key: near})
}

// keyNear is the key of an object that is a slip away from one that is not there; empty: there is none.
func keyNear(b *store.Bucket, key string) string {
	for _, o := range b.List(store.ListQuery{Max: listed}).Objects {
		if o.Key != key && slip(key, o.Key) {
			return o.Key
		}
	}
	return ""
}

// listed is how many keys are looked at for one that was meant.
const listed = 10000

func absentKey(q *authz.Request) string {
	if q == nil || q.Missing == nil {
		return ""
	}
	return q.Missing.Name
}

// nobody says whether the request is anonymous.
func nobody(q *authz.Request) bool { return q.Principal != nil && q.Principal.Kind == policy.Anonymous }

// needless says that the request need not be made at all.
func (s *setting) needless(q *authz.Request) []candidate {
	bucket, _ := bucketAndKey(q.Resource)
	b := s.state().Buckets[bucket]
	if q.Action != "s3:CreateBucket" || b == nil || q.Principal == nil || b.Owner != q.Principal.Account {
		return nil
	}
	return telling("do not make the bucket: one of the name "+bucket+" is there and is yours (rclone: "+
		"--s3-no-check-bucket, or no_check_bucket = true)",
		&journal.Remake{Omitted: true})
}

// byOthers is the request made by another caller of the world whom every layer allows it, the last
// that one thinks of. It is asked of the world as it is, once in a search.
func (s *setting) byOthers() []candidate {
	if s.byCallers == nil {
		s.byCallers = sync.OnceValue(s.letThrough)
	}
	return s.byCallers()
}

// maxCallers is how many callers are asked about.
const maxCallers = 100

func (s *setting) letThrough() []candidate {
	verb := "make it as "
	if s.first.Made.Presented == nil {
		verb = "sign it, as "
	}
	names := s.others()
	for _, name := range names[:min(len(names), maxCallers)] {
		how := journal.Remake{Caller: name}
		if out, err := s.of.Decide(Try{Request: how}); err == nil && !out.Denied() {
			who := s.first.Moment.State.Callers[name].Principal.String()
			return telling(verb+name+" ("+who+"), whom every layer allows this", &how)
		}
	}
	return nil
}

// others are the callers with keys but the requester, by name. The root user is one, and last, for the policy of a
// bucket alone, which nobody else may be able to mend.
func (s *setting) others() []string {
	var names, roots []string
	callers := s.first.Moment.State.Callers
	for _, name := range sortedKeys(callers) {
		switch c := callers[name]; {
		case c == s.first.Caller, c.Inactive, c.Service != "", c.OriginIdentity != "":
		case !c.Root:
			names = append(names, name)
		case strings.HasSuffix(s.first.Decisions[0].Action, "BucketPolicy"):
			roots = append(roots, name)
		}
	}
	return append(names, roots...)
}
