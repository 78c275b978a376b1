package authz

import (
	"strings"
	"testing"
)

func TestObjectLock(t *testing.T) {
	deleting := func() *Request {
		r := allowedRequest()
		r.Action = "s3:DeleteObjectVersion"
		return r
	}
	locked := func(l Lock) func(*Request) { return func(r *Request) { r.Lock = &l } }
	governance, compliance := locked(Lock{Mode: Governance, Until: "2030-01-01T00:00:00Z"}), locked(Lock{Mode: Compliance, Until: "2030-01-01T00:00:00Z"})
	byLock := []Layer{ObjectLock}
	verify(t, "authorization.md 2, Object lock", deleting, []row{
		{name: "nothing holds it", change: all()},
		{name: "a lock that holds nothing", change: locked(Lock{})},
		{name: "a bypass of nothing", change: locked(Lock{Bypass: true})},
		{name: "GOVERNANCE", change: governance, deniedBy: byLock, explicit: true},
		{name: "GOVERNANCE, bypassed", change: locked(Lock{Mode: Governance, Bypass: true})},
		{name: "GOVERNANCE binds root without bypass", change: all(as(root()), governance), deniedBy: byLock, explicit: true},
		{name: "COMPLIANCE", change: compliance, deniedBy: byLock, explicit: true},
		{name: "COMPLIANCE cannot be bypassed", change: locked(Lock{Mode: Compliance, Bypass: true}), deniedBy: byLock, explicit: true},
		{name: "COMPLIANCE binds root", change: all(as(root()), compliance), deniedBy: byLock, explicit: true},
		{name: "legal hold", change: locked(Lock{LegalHold: true}), deniedBy: byLock, explicit: true},
		{name: "legal hold cannot be bypassed", change: locked(Lock{LegalHold: true, Mode: Governance, Bypass: true}), deniedBy: byLock, explicit: true},
		{name: "legal hold binds root", change: all(as(root()), locked(Lock{LegalHold: true})), deniedBy: byLock, explicit: true},
		{name: "permission is told before the lock", change: all(nobodysIdentity, governance), deniedBy: []Layer{Identity, ObjectLock}, explicit: true},
	})
}

func TestObjectLockSaysUntilWhen(t *testing.T) {
	r := allowedRequest()
	r.Action, r.Lock = "s3:DeleteObjectVersion", &Lock{Mode: Compliance, Until: "2030-01-01T00:00:00Z"}
	d := Evaluate(r)
	if f, ok := d.Behind(); !ok || !strings.Contains(f.Detail, "COMPLIANCE retention until 2030-01-01T00:00:00Z") {
		t.Errorf("got %+v", f)
	}
}
