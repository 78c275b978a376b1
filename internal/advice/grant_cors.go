package advice

import (
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
)

// byCORS adds a rule that lets in just the page, the method and the headers that the
// preflight asks for. The rules that are there stay before it: none matches.
func (s *search) byCORS(d *authz.Decision, q *authz.Request) []candidate {
	b := s.bucketOf(d)
	if q == nil || q.CORS == nil || b == nil {
		return nil
	}
	x := q.CORS
	text := "let pages of " + x.Origin + " make " + x.Method + " requests"
	if len(x.Headers) > 0 {
		text += " with the headers " + strings.Join(x.Headers, ", ")
	}
	text += ": add a rule to the CORS configuration of the bucket " + b.Name
	if b.CORS == nil {
		text = strings.Replace(text, "add a rule to the CORS configuration of", "write a CORS configuration with that one rule for", 1)
	}
	rule := world.CORSRule{
		AllowedOrigins: []string{x.Origin}, AllowedMethods: []string{x.Method}, AllowedHeaders: x.Headers,
	}
	return []candidate{{Change: journal.Change{
		Text: text, Patch: at(build.CORSWith(b.CORS, rule), build.BucketAt(b.Name).At(build.BucketCORS)),
	}}}
}
