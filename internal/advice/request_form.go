package advice

import (
	"errors"
	"path"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// formed is a form that its own policy lets through. Where the policy has to be another one, the form is signed anew,
// and cannot be tried.
func (s *setting) formed(_ *authz.Request, f *authz.Finding) []candidate {
	e, ok := errors.AsType[*sigv4.Error](s.now.Made.Misformed)
	if !ok {
		return telling("send a form that its own policy covers: "+f.Detail, nil)
	}
	switch e.Reason {
	case sigv4.PolicyExpired:
		return telling("sign a new form: the policy of this one was good until "+stamp(e.ExpiresAt)+", and it is "+
			stamp(e.ServerTime), nil)
	case sigv4.PolicyExtraField:
		return telling("do not send the field "+e.Value+", which no condition of the form's policy is about; or sign a "+
			`form whose policy has one, such as ["starts-with", "$`+e.Value+`", ""]`,
			&journal.Remake{Headers: map[string]string{e.Value: ""}})
	case sigv4.PolicyConditionFailed:
		return asSigned(e)
	}
	return telling("sign a new form, with a policy that S3 can read: "+strings.TrimPrefix(e.Error(), "sigv4: "), nil)
}

// asSigned is the form with the value that its policy wants in a field.
func asSigned(e *sigv4.Error) []candidate {
	if e.Field == "" {
		return telling("sign a new form: no form meets "+e.Value+", for a condition names its field with a dollar sign "+
			"in front, and bounds of a size are numbers", nil)
	}
	has := "has " + e.Seen
	if e.Seen == "" {
		has = "does not have it"
	}
	c := journal.Change{
		Text: "send what the form's policy wants in the field " + e.Field + ": it wants " + e.Wanted + ", and the form " +
			has + "; or sign a form whose policy allows that",
		Wanted: e.Wanted, Seen: e.Seen,
	}
	value := e.Wanted
	if begin, ok := strings.CutSuffix(e.Wanted, "..."); ok {
		value = begin + path.Base(e.Seen)
	}
	switch {
	case e.Seen == "", strings.EqualFold(e.Field, "bucket"):
		return []candidate{{Change: c}}
	case strings.EqualFold(e.Field, "key"):
		c.Request = &journal.Remake{Key: value, Headers: map[string]string{e.Field: value}}
	default:
		c.Request = &journal.Remake{Headers: map[string]string{e.Field: value}}
	}
	return []candidate{{Change: c}}
}
