package threads

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/scenarios"
)

// thread is a refusal that somebody has asked about; its world is the scenario of its name.
type thread struct {
	name  string
	ask   request
	want  answer
	cause cause
	cure  cure
}

// request is what the program sends; its error is the refusal.
type request func(*program) error

// answer is what the program reads.
type answer struct {
	status        int
	code, message string
}

// cause is what said no; an empty layer: no policy and no setting.
type cause struct {
	layer     authz.Layer
	statement string // its Sid
}

// cure is what the thread accepted, which the advice begins with.
type cure struct {
	class journal.Class
	text  string  // a part of what its changes say
	patch string  // a part of its patch, as JSON
	again request // what the program sends then; nil: the same as before, to a world with the patch
}

func TestPostedThreads(t *testing.T)     { play(t, "testdata/posted.yaml", posted) }
func TestOthersOfTheirKind(t *testing.T) { play(t, "testdata/kinds.yaml", kinds) }

// play asks as each thread did, and does what the advice says first. Each world of the
// file is of a row.
func play(t *testing.T, file string, rows []thread) {
	worlds, err := scenarios.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range worlds.Names() {
		if !slices.ContainsFunc(rows, func(row thread) bool { return row.name == name }) {
			t.Errorf("nobody asks in the world %s", name)
		}
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			p := &program{t: t, srv: emulatortest.Start(t, row.name, emulatortest.File(file)), as: "app"}
			id := p.refused(row.ask, row.want)
			p.caused(id, row.cause)
			p.cured(id, row.ask, row.cure)
		})
	}
}

// refused sends the request, and is the id of its answer, which is as it is wanted.
func (p *program) refused(ask request, want answer) string {
	p.t.Helper()
	err := ask(p)
	got, id := read(err)
	if got != want {
		p.t.Fatalf("answered %+v\nwanted %+v\n%v", got, want, err)
	}
	return id
}

// read is the answer in an error, and its request id.
func read(err error) (a answer, id string) {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		a.status, id = response.HTTPStatusCode(), response.ServiceRequestID()
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		a.code, a.message = api.ErrorCode(), api.ErrorMessage()
	}
	var sent *rawError
	if errors.As(err, &sent) {
		return sent.answer, sent.id
	}
	return a, id
}

// caused wants the cause of the request's refusal to be this.
func (p *program) caused(id string, want cause) {
	p.t.Helper()
	got := cause{}
	if d := p.srv.Why(id); d != nil && d.Denied() {
		got = cause{d.Cause, sid(d)}
	}
	if got != want {
		p.t.Errorf("caused by %+v, wanted %+v", got, want)
	}
}

// sid is that of the statement that said no; empty: none, or it has none.
func sid(d *emulator.Decision) string {
	for _, f := range d.InTheWay() {
		if f.Layer == d.Cause {
			if f.Statement == nil {
				return ""
			}
			return f.Statement.Sid
		}
	}
	return ""
}

// cured wants the cure to be advised first, and to let the request pass.
func (p *program) cured(id string, ask request, want cure) {
	p.t.Helper()
	a := p.advised(id)
	patch, err := json.Marshal(a.Patch)
	if err != nil {
		p.t.Fatal(err)
	}
	text := texts(a)
	if a.Class != want.class || !strings.Contains(text, want.text) || !strings.Contains(string(patch), want.patch) {
		p.t.Errorf("advised is (%s) %q, %s\nwanted (%s) %q, %s", a.Class, text, patch, want.class, want.text, want.patch)
		return
	}
	if want.again != nil {
		ask = want.again
	} else if err := p.srv.Patch(string(patch)); err != nil {
		p.t.Fatal(err)
	}
	if err := ask(p); err != nil && !isMissing(err) {
		p.t.Errorf("with the advice it is still refused: %v", err)
	}
}

// isMissing says that S3 tells what is not there.
func isMissing(err error) bool {
	a, _ := read(err)
	return a.status == http.StatusNotFound
}

// advised is what is advised first: of a refusal by a layer the first proposal, of one by
// the operation itself the first cure of its cause.
func (p *program) advised(id string) *journal.Proposal {
	p.t.Helper()
	if d := p.srv.Why(id); d != nil && d.Denied() {
		a, err := p.srv.Advice(id)
		if err != nil {
			p.t.Fatal(err)
		}
		return &a.Proposal
	}
	for _, e := range p.srv.Requests() {
		if e.RequestID == id && e.Cause != nil && len(e.Cause.Cures) > 0 {
			first := e.Cause.Cures[0]
			return &journal.Proposal{Class: first.Class, Changes: []journal.Change{first}, Patch: first.Patch}
		}
	}
	p.t.Fatal("nothing is advised")
	return nil
}

// texts are what the changes of a proposal say.
func texts(a *journal.Proposal) string {
	all := make([]string, len(a.Changes))
	for i, c := range a.Changes {
		all[i] = c.Text
	}
	return strings.Join(all, "; ")
}
