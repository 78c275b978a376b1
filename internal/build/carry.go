package build

import (
	"github.com/s3fault/s3fault/internal/world"
)

// carryOver keeps what a description does not hold: since when things are there. to is
// not published yet.
func carryOver(from, to *world.State) {
	for name, b := range to.Buckets {
		if old := from.Buckets[name]; old != nil {
			b.Created = old.Created
		}
	}
	for name, c := range to.Callers {
		if old := from.Callers[name]; old != nil && old.AccessKeyID == c.AccessKeyID {
			c.Issued, c.Created = old.Issued, old.Created
		}
	}
	for id, a := range to.Accounts {
		if old := from.Accounts[id]; old != nil {
			keepBirthdays(old, a)
		}
	}
}

// keepBirthdays carries over when principals and policies were made.
func keepBirthdays(from, to *world.Account) {
	for name, u := range to.Users {
		if old := from.Users[name]; old != nil && old.ID == u.ID {
			u.Created = old.Created
		}
	}
	for name, p := range to.InstanceProfiles {
		if old := from.InstanceProfiles[name]; old != nil && old.ID == p.ID {
			p.Created = old.Created
		}
	}
	for name, r := range to.Roles {
		if old := from.Roles[name]; old != nil && old.ID == r.ID {
			r.Created = old.Created
		}
	}
	for name, g := range to.Groups {
		if old := from.Groups[name]; old != nil && old.ID == g.ID {
			g.Created = old.Created
		}
	}
	for name, d := range to.PolicyDetails {
		if old := from.PolicyDetails[name]; old != nil && old.ID == d.ID {
			keepVersions(old, d)
		}
	}
}

func keepVersions(from, to *world.PolicyDetails) {
	to.Created, to.Updated = from.Created, from.Updated
	for i := range to.Versions {
		if v := from.Version(to.Versions[i].Number); v != nil {
			to.Versions[i].Created = v.Created
		}
	}
}
