package authz

// Crossing is what the CORS configuration of a bucket says of a preflight request.
type Crossing struct {
	Origin  string   // of the page, "https://app.example"
	Method  string   // that it wants to use
	Headers []string // that it wants to send, in lower case
	// Refused says that no rule lets the page in.
	Refused bool
	Detail  string
	// Misses say what kept each rule from matching, as if it were a statement.
	Misses []Miss
}

// cors reports whether a browser may let a page of another origin make the request that
// it asks about (s3-errors.md 2.7).
func cors(q *question, a *answer) {
	switch c := q.CORS; {
	case c == nil:
	case c.Refused:
		a.says(ExplicitDeny, c.Detail)
	default:
		a.says(Allow, c.Detail)
	}
}
