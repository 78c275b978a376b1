package advice

import (
	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/journal"
)

// inRequest is what the program can do about a refusal.
func (s *search) inRequest(d *authz.Decision, f *authz.Finding) []candidate {
	return []candidate{{Change: journal.Change{Text: Remedy(d, f)}}}
}
