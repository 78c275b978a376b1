package finding

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/journal"
)

// The stages and effects of faults that findings tell apart, as a journal names them.
const (
	requestBody  = "request_body"
	afterCommit  = "after_commit"
	responseBody = "response_body"

	corrupt  = "corrupt"
	list     = "list"
	reset    = "reset"
	closed   = "close"
	stalled  = "stall"
	truncate = "truncate" // and what it is measured by
)

// strikes are all strikes of fault rules at a request.
func strikes(e *journal.Entry) []journal.Fault {
	if len(e.Faults) == 0 && e.Fault != nil {
		return []journal.Fault{*e.Fault}
	}
	return e.Faults
}

// struck is the strike at a stage with one of the effects; nil: there was none.
func struck(e *journal.Entry, stage string, effects ...string) *journal.Fault {
	for _, f := range strikes(e) {
		of := func(name string) bool {
			return f.Effect == name || name == truncate && strings.HasPrefix(f.Effect, name)
		}
		if f.Stage == stage && slices.ContainsFunc(effects, of) {
			return &f
		}
	}
	return nil
}

// refused says that the client was told of an error, or of nothing at all.
func refused(e *journal.Entry) bool {
	switch {
	case e.Status == http.StatusNotModified:
		return false
	case e.Status == 0, e.Status >= http.StatusMultipleChoices:
		return true
	}
	return e.Code != "" // an error behind the status 200
}

// committed says that what was asked for was done, whatever the client was told of it.
func committed(e *journal.Entry) bool {
	return !refused(e) || e.Fault != nil && e.Fault.Answered && e.Fault.Stage == afterCommit
}

// lost says that it was done, and that the client was told otherwise or nothing.
func lost(e *journal.Entry) bool {
	return committed(e) && (refused(e) || cut(e))
}

// cut says that the answer ended before its end; where it had less than the fault lets pass, it
// did not.
func cut(e *journal.Entry) bool {
	f := struck(e, responseBody, reset, closed, stalled, truncate)
	return f != nil && (f.At == nil || !e.Answered || e.BytesOut >= *f.At)
}

// spoilt says that the answer was none that a client can use: it ended before its end, or
// something in it was changed.
func spoilt(e *journal.Entry) bool {
	return cut(e) || changed(e) != nil || tokenless(e)
}

// changed is the strike that changed a byte of the answer; nil: none did.
func changed(e *journal.Entry) *journal.Fault {
	f := struck(e, responseBody, corrupt)
	if f != nil && f.At != nil && e.Answered && *f.At >= e.BytesOut {
		return nil // it has no such byte
	}
	return f
}

// tokenless is a page of a list that says there are more, and not from where.
func tokenless(e *journal.Entry) bool {
	return slices.ContainsFunc(strikes(e), func(f journal.Fault) bool { return f.Effect == list })
}

// fails says that a client has reason to ask again.
func fails(e *journal.Entry) bool { return refused(e) && !answers(e) || spoilt(e) }

// answers says that a refusal is no failure but what somebody wanted to know: there is no such
// thing, or a condition does not hold. That nothing was done is what was asked for then.
func answers(e *journal.Entry) bool {
	if e.Denied() != nil || e.Fault != nil && e.Fault.Answered {
		return false
	}
	switch e.Status {
	case http.StatusNotFound:
		return e.Code != "NoSuchBucket"
	case http.StatusPreconditionFailed, http.StatusRequestedRangeNotSatisfiable:
		return true
	}
	return false
}

// broken says that the connection ended in place of an answer.
func broken(e *journal.Entry) bool { return e.Status == 0 }

// told is what the client got for an answer, in a few words: "503 SlowDown".
func told(e *journal.Entry) string {
	f := cmp.Or(e.Fault, &journal.Fault{})
	switch {
	case broken(e) && f.Effect == stalled:
		return "silence in place of an answer"
	case broken(e) && f.Effect != "":
		return "a " + f.Effect + " in place of an answer"
	case broken(e):
		return "no answer"
	case cut(e):
		return fmt.Sprintf("an answer that ended behind %d bytes", e.BytesOut)
	case e.Code == "":
		return fmt.Sprint(e.Status)
	case e.Status == http.StatusOK:
		return e.Code + " behind the status 200"
	}
	return fmt.Sprint(e.Status, " ", e.Code)
}

// name is that of the operation: "PutObject", "sts:AssumeRole".
func name(e *journal.Entry) string {
	if e.Service != "" {
		return e.Service + ":" + e.Operation
	}
	return cmp.Or(e.Operation, e.Method)
}
