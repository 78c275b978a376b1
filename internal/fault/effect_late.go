package fault

import (
	"cmp"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

const lateName = "error_in_200"

// late is an error that is told once the status 200 has gone out: behind white space, or
// for some of the keys of a DeleteObjects.
type late struct {
	Code    string
	Message *string
	Keys    Glob // of a DeleteObjects that fail; empty: all
}

func (*late) Name() string { return lateName }

// inEntries is the operation that tells errors key by key.
const inEntries = "DeleteObjects"

// lateTellers are the operations that can tell an error behind their status.
var lateTellers = []string{"CompleteMultipartUpload", "CopyObject", "UploadPartCopy", inEntries}

func (e *late) Act(s *Strike) error {
	if s.Request.Operation.Name == inEntries {
		return nil // see Visit.Spoils
	}
	return e.told()
}

func (e *late) told() *Refusal {
	return &Refusal{Code: e.Code, Status: 200, Message: e.Message, Late: true}
}

// Spoils is the error that an entry of the answer, about one key, is to tell by what has
// struck at the stage; nil: none.
func (v *Visit) Spoils(at Stage, key string) *Refusal {
	for _, s := range v.Strikes() {
		if e, ok := s.Effect.(*late); ok && s.Stage == at && (e.Keys == "" || e.Keys.Match(key)) {
			return e.told()
		}
	}
	return nil
}

var lates = facts.RecordIf(facts.New("error in 200",
	facts.Field("code", facts.Text, func(e *late) *string { return &e.Code }).
		Says("the error's code, like InternalError").Must("an error in 200 needs a code"),
	facts.Field("message", facts.Optional, func(e *late) **string { return &e.Message }).
		Says("the message", "that of the code"),
	facts.Field("keys", globs, func(e *late) *Glob { return &e.Keys }).
		Says("which entries of DeleteObjects have it, by key", "all"),
))

// Check wants an operation that can tell an error so.
func (e *late) Check(o Operation, in *Catalogue, n *tree.Node) error {
	switch {
	case o.Service != "" || !slices.Contains(lateTellers, o.Name):
		return tree.Fail(n, "%s tells no error behind the status 200: %s do", o, strings.Join(lateTellers, ", "))
	case e.Keys != "" && o.Name != inEntries:
		return tree.Fail(n.Find("keys"), "keys are of %s alone, not of %s", inEntries, o)
	case e.Message == nil && !slices.Contains(in.codes(""), e.Code):
		unknown := tree.Unknown(n.Find("code"), "code", cmp.Or(e.Code, "?"), in.codes(""))
		unknown.Message += " of S3: another one needs a message"
		return unknown
	}
	return nil
}
