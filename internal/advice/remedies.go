package advice

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
)

// candidate is a change that is still to be tried. One that reveals is taken even
// where the layer says no again: what it takes away may have hidden the next Deny.
type candidate struct {
	journal.Change
	reveals bool
	kind    string // of an exception in a guard
}

// told says that the change cannot be tried: it is a text.
func (c *candidate) told() bool { return c.Patch == nil && c.Request == nil }

// remedies are what each class can write for one refusal, the narrowest first.
var remedies = []struct {
	class journal.Class
	write func(*search, *authz.Decision, *authz.Finding) []candidate
}{
	{journal.OfRequest, (*search).inRequest},
	{journal.OfValue, (*search).inValue},
	{journal.OfGrant, (*search).inGrant},
	{journal.OfGuard, (*search).inGuard},
}

// candidates are what all classes can write for a refusal.
func (s *search) candidates(d *authz.Decision, f *authz.Finding) []candidate {
	var all []candidate
	for _, r := range remedies {
		for _, c := range r.write(s, d, f) {
			if c.Class == "" {
				c.Class = r.class
			}
			if c.Layer == "" {
				c.Layer = f.Layer
			}
			all = append(all, c)
		}
	}
	return all
}
