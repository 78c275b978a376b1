package advice_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/advice"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/journal"
)

// Where nothing is in the way there is nothing to change.
func TestAllowed(t *testing.T) {
	a := try(t, ann(annAll, bucket), get("ann")).on()
	if text, _ := json.Marshal(a); string(text) != `{"changes":[],"proved":true,"opened":0,"asked":0}` {
		t.Errorf("the advice is %s", text)
	}
}

// The changes come in the order in which the refusals are reported, explicit denies
// first, each with its layer; every question of a request has its own. One Allow in the
// bucket's policy that names the user makes good what her policies and her boundary leave
// out.
func TestOrder(t *testing.T) {
	const (
		reads = `add to the bucket policy of my-bucket: {"Action":"s3:GetObject","Effect":"Allow","Principal":{"AWS":"` +
			annARN + `"},"Resource":"arn:aws:s3:::my-bucket/k"}`
		mayDo = `{"Action":"s3:PutObject",` + onlyAnn + `,"Effect":"Allow","Resource":"arn:aws:s3:::my-bucket/new"}`
	)
	a := try(t, ann(`permissions_boundary: `+with(`{Effect: Allow, Action: "s3:List*", Resource: "*"}`),
		`organization: {id: o-exampleorgid, management_account: 333333333333, root: {accounts: {123456789012: {scps: []}}}}`,
		`buckets: {my-bucket: {owner: 123456789012, objects: {k: {body: x}}, policy: `+with(`{Sid: Never, Effect: Deny, `+
			`Principal: "*", Action: "s3:PutObject", Resource: "arn:aws:s3:::my-bucket/*"}`)+`}}`),
		s3("ann", "PUT", "/my-bucket/new", "x-amz-copy-source", "my-bucket/k")).on()
	says(t, a,
		`write an SCP allow-s3-GetObject: `+scpAllowsGet+`, and attach it to 123456789012`,
		reads,
		`except `+annARN+` from the statement "Never" of the bucket policy of my-bucket: ArnNotEquals aws:PrincipalArn`,
		`add to the SCP allow-s3-GetObject: `+mayDo,
		strings.NewReplacer("GetObject", "PutObject", "my-bucket/k", "my-bucket/new").Replace(reads))
	if a.Class != journal.OfGuard {
		t.Errorf("the class is %s", a.Class)
	}
	for i, want := range []authz.Layer{authz.SCP, authz.Identity, authz.BucketPolicy, authz.SCP, authz.Identity} {
		if i < len(a.Changes) && a.Changes[i].Layer != want {
			t.Errorf("change %d is of %s, want %s", i, a.Changes[i].Layer, want)
		}
	}
}

// What the program must do is said beside what the world needs.
func TestTheProgramsPart(t *testing.T) {
	const owner = `123456789012 in the place of 333333333333, the account that owns the bucket; or do not send it`
	for name, c := range map[string]struct {
		ask  question
		says []string
	}{
		"another owner expected": {s3("ann", "GET", "/my-bucket/k", "x-amz-expected-bucket-owner", "333333333333"),
			[]string{`send x-amz-expected-bucket-owner: ` + owner,
				`write the inline policy allow-s3-GetObject of the user ann: ` + allowGet}},
		"two objects, both of another owner": {s3("ann", "PUT", "/my-bucket/new", "x-amz-copy-source", "my-bucket/k",
			"x-amz-source-expected-bucket-owner", "333333333333"),
			[]string{`send x-amz-source-expected-bucket-owner: ` + owner,
				`write the inline policy allow-s3-GetObject of the user ann: ` + allowGet,
				`write the inline policy allow-s3-PutObject of the user ann: {"Action":"s3:PutObject","Effect":"Allow","Resource":"arn:aws:s3:::my-bucket/new"}`}},
	} {
		t.Run(name, func(t *testing.T) {
			a := try(t, ann(``, bucket), c.ask).on()
			says(t, a, c.says...)
			if !a.Proved || a.Changes[0].Patch != nil || a.Changes[0].Request == nil || a.Changes[1].Patch == nil || a.Class != journal.OfGrant {
				t.Errorf("proved: %v, changes %+v", a.Proved, a.Changes)
			}
		})
	}
}

// What cannot be had by a change of the world is said in words: a key that is AWS's, or
// of the wrong kind.
func TestNoChangeOfTheWorld(t *testing.T) {
	const head = `buckets: {my-bucket: {owner: 123456789012, encryption: {algorithm: "aws:kms"`
	const remedy = `allow kms:Decrypt on arn:aws:kms:us-east-1:123456789012:key/`
	bobs := `policy: ` + with(`{Effect: Allow, Principal: {AWS: "222222222222"}, Action: "s3:*", `+
		`Resource: "arn:aws:s3:::my-bucket/*"}`)
	r := try(t, ann(annAll, head+`}, objects: {k: {body: x}}, `+bobs+`}}`), get("bob"))
	a := r.on()
	key := r.world.State.ManagedKey(own, "us-east-1")
	says(t, a, remedy+key.ID+` in the caller's own policies and, unless it lets the account decide, `+
		`in the key's policy. The key of AWS (aws/s3) serves its own account only: use one of yours for another's.`)
	if a.Proved || len(a.Patch) > 0 {
		t.Errorf("proved: %v, patch %v", a.Proved, a.Patch)
	}
}

// sealed is a world that takes no change.
type sealed struct{ *retrial }

var errSealed = errors.New("the world is sealed")

func (s sealed) Decide(try advice.Try) (*advice.Outcome, error) {
	if len(try.Patch) > 0 {
		return nil, errSealed
	}
	return s.retrial.Decide(try)
}

// A change that the world does not take is not proposed.
func TestChangesThatTheWorldRefuses(t *testing.T) {
	r := try(t, ann(``, bucket), get("ann"))
	a, err := advice.On(t.Context(), sealed{r})
	if err != nil {
		t.Fatal(err)
	}
	r.holds(a)
	says(t, a, `allow s3:GetObject on arn:aws:s3:::my-bucket/k in a policy of the caller's user, group or role.`)
	if a.Proved || len(a.Patch) > 0 || a.Class != journal.OfGrant {
		t.Errorf("proved: %v, patch %v, class %s", a.Proved, a.Patch, a.Class)
	}
}

// broken cannot decide at all, from the n-th time on.
type broken struct {
	*retrial
	n int
}

func (b *broken) Decide(try advice.Try) (*advice.Outcome, error) {
	if b.n--; b.n < 0 {
		return nil, errSealed
	}
	return b.retrial.Decide(try)
}

// Where the world as it is cannot be asked there is no advice.
func TestWorldThatCannotBeAsked(t *testing.T) {
	r := try(t, ann(``, bucket), get("ann"))
	if a, err := advice.On(t.Context(), &broken{r, 0}); a != nil || !errors.Is(err, errSealed) {
		t.Errorf("%+v, %v", a, err)
	}
	a, err := advice.On(t.Context(), &broken{r, 1})
	if err != nil || a.Proved || len(a.Patch) > 0 || len(a.Changes) != 1 {
		t.Errorf("where nothing can be tried: %+v, %v", a, err)
	}
}

// Nobody that the world knows has no policies to change: the bucket's can name him.
func TestUnknownCaller(t *testing.T) {
	r := try(t, ann(``, bucket), get("ann"))
	as := r.ask
	r.ask = func(t *testing.T, m *store.Moment, how journal.Remake) *exchange.Frame {
		f := as(t, m, how)
		f.Caller = nil
		return f
	}
	a := r.on()
	says(t, a,
		`write the bucket policy of my-bucket: {"Action":"s3:GetObject","Effect":"Allow","Principal":{"AWS":"`+annARN+`"},"Resource":"arn:aws:s3:::my-bucket/k"}`)
}
