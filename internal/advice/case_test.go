package advice_test

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/advice"
	"github.com/s3fault/s3fault/internal/asker"
	"github.com/s3fault/s3fault/internal/exchange"
	"github.com/s3fault/s3fault/internal/s3api"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/internal/worldtest"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

const (
	own, other = "123456789012", "222222222222"
	// mayAll is a statement, which allows everything; inPolicy makes a policy of one.
	mayAll = `{Effect: Allow, Action: "*", Resource: "*"}`
)

// with is a policy with the statements, in YAML.
func with(statements ...string) string {
	return "{Version: 2012-10-17, Statement: [" + strings.Join(statements, ", ") + "]}"
}

// ann is a world in which the user ann has the policies, and my-bucket is of her
// account; more are keys of it.
func ann(user string, more ...string) string {
	return "accounts: {123456789012: {users: {ann: {" + user + "}}}, 222222222222: {users: {bob: {policies: {all: " +
		with(mayAll) + "}}}}, 333333333333: {}}\n" +
		"callers: {ann: {account: 123456789012, user: ann}, bob: {account: 222222222222, user: bob}, logs: {service: logging.s3.amazonaws.com}}\n" +
		strings.Join(append(more, ""), "\n")
}

const (
	bucket = `buckets: {my-bucket: {owner: 123456789012, objects: {k: {body: x}}}}`
	annAll = `policies: {all: {Version: 2012-10-17, Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}}`
)

// question is a request, made as how says, with the questions that it puts at one moment of its world.
type question func(t *testing.T, m *store.Moment, how journal.Remake) *exchange.Frame

// s3 is a request to S3 as the caller signs it; empty: nobody does.
func s3(caller, method, target string, headers ...string) question {
	return func(t *testing.T, m *store.Moment, how journal.Remake) *exchange.Frame {
		r := httptest.NewRequest(method, "http://s3.localhost"+target, nil)
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		c, refused := s3api.Route(exchange.NewFrame(r, nil, worldtest.Loaded.Now), s3api.Address{Path: r.URL.EscapedPath()})
		if refused != nil {
			t.Fatal(refused)
		}
		if caller != "" {
			c.Presented = signed(m.State.Callers[caller])
		}
		return asked(t, c.Again(m, how), how)
	}
}

// signed is how a caller signs.
func signed(c *world.Caller) *sigv4.Presented {
	return &sigv4.Presented{
		Scheme: sigv4.V4, Location: sigv4.Header, Algorithm: sigv4.AlgorithmV4, Region: "us-east-1", Service: "s3",
		Time: worldtest.Loaded.Now, AccessKeyID: c.AccessKeyID, SessionToken: c.SessionToken,
	}
}

// asked is the frame of a call, remade, with its questions.
func asked(t *testing.T, call exchange.Call, how journal.Remake) *exchange.Frame {
	f := call.Base()
	f.Remake(how)
	f.Recognise()
	var err error
	if f.Questions, err = call.Checks(); err != nil {
		t.Fatal(err)
	}
	return f
}

// get is the request that most of the tests are about.
func get(caller string) question { return s3(caller, "GET", "/my-bucket/k") }

// assume asks STS for a session of a role of the own account.
func assume(caller, role string) question {
	return func(_ *testing.T, m *store.Moment, _ journal.Remake) *exchange.Frame {
		c, r := m.State.Callers[caller], m.State.Accounts[own].Roles[role]
		a := &asker.Asker{State: m.State, Now: worldtest.Loaded.Now, Caller: c, Principal: &c.Principal, Region: "us-east-1"}
		q := a.Question("sts:AssumeRole", r.ARN, authz.Target{ResourceAccount: own, Trust: r.Trust})
		q.Context = a.Keys()
		return &exchange.Frame{Moment: m, Caller: c, Questions: []*authz.Request{q}}
	}
}

// retrial is an advice.Case: a question that is put to a world, and to copies of it.
type retrial struct {
	t     *testing.T
	world *worldtest.World
	ask   question
}

func try(t *testing.T, facts string, ask question) *retrial {
	t.Helper()
	return &retrial{t, worldtest.Build(t, facts), ask}
}

func (r *retrial) Decide(try advice.Try) (*advice.Outcome, error) {
	m, err := r.patched(r.world.Moment, try.Patch)
	if err != nil {
		return nil, err
	}
	return r.outcome(m, try.Request), nil
}

func (r *retrial) patched(m *store.Moment, p journal.Patch) (*store.Moment, error) {
	if len(p) == 0 {
		return m, nil
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	change, err := r.world.Patch(worldtest.Loaded, m, text)
	if err != nil {
		return nil, err
	}
	fork := store.NewLive(m).Fork()
	err = fork.Commit(r.t.Context(), fork.Now(), change)
	return fork.Now(), err
}

func (r *retrial) outcome(m *store.Moment, how journal.Remake) *advice.Outcome {
	f := r.ask(r.t, m, how)
	return &advice.Outcome{
		Moment: m, Caller: f.Caller, Questions: f.Questions, Decisions: exchange.Explain(f.Questions),
		Made: advice.Made{HTTP: f.Request, Body: f.Document, Presented: f.Presented, Unproved: f.Unproved,
			Diagnosis: f.Diagnosis, Misformed: f.Misformed},
		Now: f.Now,
	}
}

// denied says whether one of the questions is answered with no at a moment.
func (r *retrial) denied(m *store.Moment, how journal.Remake) bool {
	for _, d := range r.outcome(m, how).Decisions {
		if d.Denied() {
			return true
		}
	}
	return false
}

// on is the advice, which must hold what it says.
func (r *retrial) on() *journal.Advice {
	r.t.Helper()
	a, err := advice.On(r.t.Context(), r)
	if err != nil {
		r.t.Fatal(err)
	}
	r.holds(a)
	for i, p := range slices.Concat([]journal.Proposal{a.Proposal}, a.Others) {
		r.holds(&journal.Advice{Proposal: p})
		if removes(p) && (i == 0 || i < len(a.Others)) {
			r.t.Errorf("proposal %d of %d removes a guardrail", i, 1+len(a.Others))
		}
	}
	return a
}

// holds: the changes one after the other, or their patches in one, let the request
// pass if they are called proved, and not if they are not. No change but the last does
// before the others are made, and the world itself is as it was.
func (r *retrial) holds(a *journal.Advice) {
	r.t.Helper()
	m, how := r.world.Moment, journal.Remake{}
	for i, c := range a.Changes {
		if !r.denied(m, how) {
			r.t.Errorf("before the change %q nothing is in the way", c.Text)
		}
		how = remade(how, c.Request)
		var err error
		if m, err = r.patched(m, c.Patch); err != nil {
			r.t.Fatalf("the world does not take change %d, %v: %v", i, c.Patch, err)
		}
	}
	if r.denied(m, how) == a.Proved {
		r.t.Errorf("with all changes the request is refused: %v; proved: %v", r.denied(m, how), a.Proved)
	}
	whole, err := r.patched(r.world.Moment, a.Patch)
	if err != nil {
		r.t.Fatalf("the world does not take %v: %v", a.Patch, err)
	}
	if r.denied(whole, how) == a.Proved {
		r.t.Errorf("with the patch the request is refused: %v; proved: %v", r.denied(whole, how), a.Proved)
	}
	if len(a.Changes) > 0 && !r.denied(r.world.Moment, journal.Remake{}) {
		r.t.Error("the advice has changed the world")
	}
}

// remade is a request made as both say.
func remade(how journal.Remake, also *journal.Remake) journal.Remake {
	if also == nil {
		return how
	}
	all, _ := json.Marshal(how)
	more, _ := json.Marshal(also)
	var both journal.Remake
	_, _ = json.Unmarshal(all, &both), json.Unmarshal(more, &both) // members of maps are added
	return both
}

// says compares the texts of the changes.
func says(t *testing.T, a *journal.Advice, want ...string) {
	t.Helper()
	var texts []string
	for _, c := range a.Changes {
		texts = append(texts, c.Text)
	}
	if got := strings.Join(texts, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("it says\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

// of is the first proposal of a class, as an advice.
func of(t *testing.T, a *journal.Advice, class journal.Class) *journal.Advice {
	t.Helper()
	for _, p := range slices.Concat([]journal.Proposal{a.Proposal}, a.Others) {
		if p.Class == class {
			return &journal.Advice{Proposal: p}
		}
	}
	t.Fatalf("no proposal is of the class %s: %+v", class, a)
	return nil
}

// last is the last proposal, which removes a guardrail.
func last(t *testing.T, a *journal.Advice) *journal.Advice {
	t.Helper()
	if len(a.Others) == 0 || !removes(a.Others[len(a.Others)-1]) {
		t.Fatalf("the last proposal removes no guardrail: %+v", a)
	}
	return &journal.Advice{Proposal: a.Others[len(a.Others)-1]}
}

func removes(p journal.Proposal) bool {
	return slices.ContainsFunc(p.Changes, func(c journal.Change) bool { return c.Removes })
}

// patches compares the patch, as JSON.
func patches(t *testing.T, a *journal.Advice, want string) {
	t.Helper()
	patch, _ := json.Marshal(a.Patch)
	if got, sorted := inOrder(t, patch), inOrder(t, []byte(want)); got != sorted {
		t.Errorf("the patch is\n%s\nwant\n%s", got, sorted)
	}
}

// inOrder is a JSON text with the keys of its objects in their order.
func inOrder(t *testing.T, text []byte) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	sorted, _ := json.Marshal(value)
	return string(sorted)
}
