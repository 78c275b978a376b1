// Package authdetails keeps what was evaluated for refused requests, as IAM Access
// Troubleshooter does: the questions, their answers, and the policies as they were
// then. It decides nothing: it reads the Decisions that the refusals came of.
package authdetails

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/policy"
)

// NewID is the authorization ID of a request: a number of 128 bits to the base 36, as
// AWS's are, of 24 or 25 characters.
func NewID(requestID string) string {
	sum := sha256.Sum256([]byte("authorization id\x00" + requestID))
	number := new(big.Int).SetBytes(sum[:16])
	return number.SetBit(number, 123, 1).Text(36) // so large that it has 24 characters
}

// Record is what was evaluated for one refused request. Nothing of the world hangs on
// it but the policies.
type Record struct {
	ID     string
	At     time.Time // the world's clock
	Region string    // that the request was signed for
	// Evaluations has one for each question, in their order; Policies those that were
	// considered for any of them, each once.
	Evaluations []Evaluation
	Policies    []*Policy

	caller party
	shared []key // the condition keys of the request
}

// Evaluation is one question and its answer.
type Evaluation struct {
	Action, Resource string
	Verdict          authz.Verdict
	// Matched are the policies with statements that match; none where nothing allowed
	// the action and nothing denied it.
	Matched []Matched

	owner party // of the resource
	own   []key // the condition keys that the other questions do not share
}

// Matched is the statements of a policy that match.
type Matched struct {
	Policy     *Policy
	Statements []int
}

// Policy is a policy that was considered, as it was then.
type Policy struct {
	authz.Named
	Layer authz.Layer
	// URI is how the record speaks of it: its ARN, or an opaque identifier.
	URI string
	// AttachedTo are the ARNs of what it is attached to.
	AttachedTo []string

	owner party
}

// Of is the record of a refused call, from its questions and what was decided of them.
func Of(id, region string, a *asker.Asker, questions []*authz.Request, decisions []authz.Decision) *Record {
	r := &Record{ID: id, At: a.Now, Region: region, caller: partyOf(a, a.Account())}
	b := &builder{record: r, asker: a, places: map[string]string{}}
	for _, t := range a.State.Targets() {
		b.places[t.ID] = t.ARN
	}
	r.shared = sharedKeys(questions)
	for i, q := range questions {
		r.Evaluations = append(r.Evaluations, b.evaluation(q, &decisions[i]))
	}
	return r
}

// builder collects the policies of all questions.
type builder struct {
	record *Record
	asker  *asker.Asker
	places map[string]string // ARNs of the places in the organization, by id
}

func (b *builder) evaluation(q *authz.Request, d *authz.Decision) Evaluation {
	e := Evaluation{Action: d.Action, Resource: d.Resource, Verdict: d.Verdict, owner: partyOf(b.asker, q.ResourceAccount)}
	e.own = keysOf(q.Context, func(k key) bool { return !slices.ContainsFunc(b.record.shared, k.is) })
	for _, reading := range authz.Readings(q, d) {
		p := b.policy(&reading, &e, q)
		// "An implicit denial produces no matched policies" (IAM Toolbox API Reference,
		// "Evaluation", and its example).
		if len(reading.Matched) > 0 && d.Verdict != authz.ImplicitlyDenied {
			e.match(p, reading.Matched)
		}
	}
	return e
}

// match notes a policy once, however often it was read.
func (e *Evaluation) match(p *Policy, statements []int) {
	if !slices.ContainsFunc(e.Matched, func(m Matched) bool { return m.Policy.URI == p.URI }) {
		e.Matched = append(e.Matched, Matched{p, statements})
	}
}

// policy is the policy of a reading among those considered, with one more place that
// it is attached to.
func (b *builder) policy(reading *authz.Reading, e *Evaluation, q *authz.Request) *Policy {
	to, owner := b.attachedTo(reading, e, q)
	for _, p := range b.record.Policies {
		if p.Layer == reading.Layer && p.Named == reading.Policy && p.owner == owner {
			if !slices.Contains(p.AttachedTo, to) {
				p.AttachedTo = append(p.AttachedTo, to)
			}
			return p
		}
	}
	p := &Policy{Named: reading.Policy, Layer: reading.Layer, AttachedTo: []string{to}, owner: owner}
	p.URI = b.uri(p)
	b.record.Policies = append(b.record.Policies, p)
	return p
}

// uri is a policy's ARN, or what stands for one: the same in every record for the
// policy of that name in that place. A second one of the name has another.
func (b *builder) uri(p *Policy) string {
	if p.ARN != "" {
		return p.ARN
	}
	taken := func(uri string) bool {
		return slices.ContainsFunc(b.record.Policies, func(other *Policy) bool { return other.URI == uri })
	}
	named := string(p.Layer) + "\x00" + p.AttachedTo[0] + "\x00" + p.Name
	for {
		sum := sha256.Sum256([]byte(named))
		if uri := "inline:" + hex.EncodeToString(sum[:8]); !taken(uri) {
			return uri
		}
		named += "\x00again"
	}
}

// attachedTo is what a policy is attached to, and on whose side it is (IAM Toolbox API
// Reference, "AttachedTo"): a place in the organization, the resource, or the
// principal, which of a session is its role. A group's policy too is said to be the
// user's. [unsure]
func (b *builder) attachedTo(reading *authz.Reading, e *Evaluation, q *authz.Request) (string, party) {
	switch reading.Layer {
	case authz.RCP:
		return b.places[reading.Level], e.owner
	case authz.SCP:
		return b.places[reading.Level], b.record.caller
	case authz.AccessPoints, authz.BucketPolicy, authz.TrustPolicy, authz.KMS:
		return q.Resource, e.owner
	}
	return asker.PrincipalARN(q.Principal), b.record.caller
}

// key is a condition key with its values.
type key struct {
	name   string
	values []string
}

func (k key) is(other key) bool { return k.name == other.name && slices.Equal(k.values, other.values) }

// sharedKeys are the condition keys of the request itself: the global ones that every
// question has with the same values. Tags of resources are a question's own.
func sharedKeys(questions []*authz.Request) []key {
	if len(questions) == 0 {
		return nil
	}
	return keysOf(questions[0].Context, func(k key) bool {
		if !strings.HasPrefix(k.name, "aws:") || strings.HasPrefix(k.name, "aws:ResourceTag/") || strings.HasPrefix(k.name, "aws:RequestTag/") || k.name == "aws:TagKeys" {
			return false
		}
		return !slices.ContainsFunc(questions, func(q *authz.Request) bool {
			values, _ := q.Context.Get(k.name)
			return !slices.Equal(values, k.values)
		})
	})
}

func keysOf(c *policy.Context, wanted func(key) bool) (all []key) {
	for name, values := range c.All() {
		if k := (key{name, values}); wanted(k) {
			all = append(all, k)
		}
	}
	return all
}

// party is an account with the organization that it was in; empty: none.
type party struct{ account, organization string }

func partyOf(a *asker.Asker, account string) party {
	if m := a.Membership(account); m != nil {
		return party{account, m.Organization}
	}
	return party{account: account}
}

// includes says whether the other is the same account or of the same organization.
func (p party) includes(other party) bool {
	return p.account == other.account || p.organization != "" && p.organization == other.organization
}
