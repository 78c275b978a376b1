package authz

// The modes of an Object Lock retention (S3 User Guide, "Retention modes").
const (
	Governance = "GOVERNANCE"
	Compliance = "COMPLIANCE"
)

// Lock is what S3 Object Lock holds against a question: it is set where the
// action would delete a version, or loosen its protection, while that is in
// force (authorization.md 2, "Object lock").
type Lock struct {
	LegalHold bool
	Mode      string // of the retention that is in force; empty: none
	Until     string // ISO 8601
	// EventHold says that an event hold is on: while it lasts, Until moves on.
	EventHold bool
	// Bypass says that the request asks to bypass GOVERNANCE. Whether the requester may
	// do so is a question of its own, for s3:BypassGovernanceRetention.
	Bypass bool
}

// objectLock refuses what a lock forbids, whoever asks: a legal hold and
// COMPLIANCE bind the root user too.
func objectLock(q *question, a *answer) {
	switch l := q.Lock; {
	case l == nil:
	case l.LegalHold:
		a.says(ExplicitDeny, "the version is under a legal hold")
	case l.Mode == Governance && l.Bypass:
		a.says(Allow, "the request bypasses the GOVERNANCE retention")
	case l.Mode != "" && l.EventHold:
		a.says(ExplicitDeny, q.detail("the version is under an event hold, of ", l.Mode,
			" retention, which would last until ", l.Until, " if it were released now"))
	case l.Mode != "":
		a.says(ExplicitDeny, q.detail("the version is under ", l.Mode, " retention until ", l.Until))
	}
}
