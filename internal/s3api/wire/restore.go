package wire

import (
	"bytes"
	"cmp"
	"math"
	"slices"

	"github.com/s3fault/s3fault/internal/s3err"
)

// Restore is what a RestoreRequest asks for.
type Restore struct {
	Days   int    // 0: not given
	Tier   string // Standard, Bulk, Expedited
	Absent string // what it asks for that s3fault does not have; empty: nothing
}

type restoreXML struct {
	Days    *int
	Tier    string
	Type    string
	Glacier *struct{ Tier string } `xml:"GlacierJobParameters"`
	Select  *struct{}              `xml:"SelectParameters"`
	Output  *struct{}              `xml:"OutputLocation"`
}

// ParseRestore reads a RestoreRequest.
func ParseRestore(text []byte) (*Restore, error) {
	if len(text) == 0 {
		return nil, s3err.New(s3err.MissingRequestBodyError)
	}
	var x restoreXML
	if err := ParseXML(bytes.NewReader(text), "RestoreRequest", &x); err != nil {
		return nil, err
	}
	r := &Restore{Tier: x.Tier}
	if x.Glacier != nil {
		r.Tier = x.Glacier.Tier
	}
	r.Tier = cmp.Or(r.Tier, "Standard")
	switch {
	case x.Type != "" && x.Type != "SELECT", !slices.Contains([]string{"Standard", "Bulk", "Expedited"}, r.Tier):
		return nil, s3err.New(s3err.MalformedXML)
	case x.Type == "SELECT" || x.Select != nil:
		r.Absent = "SelectParameters"
	case x.Output != nil:
		r.Absent = "OutputLocation"
	}
	if x.Days != nil {
		if r.Days = *x.Days; r.Days < 1 || r.Days > math.MaxInt32 {
			return nil, s3err.New(s3err.MalformedXML)
		}
	}
	return r, nil
}
