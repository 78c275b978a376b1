package world

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// InstanceProfile is what an EC2 instance gets its role by (IAM User Guide, "Use instance
// profiles").
type InstanceProfile struct {
	Name, Path, ARN, ID string // ID: AIPA..., derived if empty
	Created             time.Time
	Role                string // its name; empty: none. A profile has one at most
	Tags                map[string]string
}

// InstanceProfileARN is the ARN of an instance profile; an empty path is "/".
func InstanceProfileARN(account, path, name string) string {
	return "arn:aws:iam::" + account + ":instance-profile" + pathOrRoot(path) + name
}

// InstanceProfileID is the unique id of an instance profile that was given none: AIPA and 17
// characters.
func InstanceProfileID(account, name string) string {
	return "AIPA" + Letters(17, "instance-profile", account, name)
}

// sealProfiles fills in what is derived of instance profiles.
func (a *Account) sealProfiles(id string) error {
	profiles := a.InstanceProfiles
	a.InstanceProfiles = make(map[string]*InstanceProfile, len(profiles))
	for name, p := range profiles {
		sealed := *p
		sealed.Name, sealed.ARN = name, InstanceProfileARN(id, p.Path, name)
		sealed.ID = cmp.Or(p.ID, InstanceProfileID(id, name))
		if p.Role != "" && a.Roles[p.Role] == nil {
			return fmt.Errorf("instance profile %s: account %s has no role %q", name, id, p.Role)
		}
		a.InstanceProfiles[name] = &sealed
	}
	return nil
}

// ProfilesOf are the instance profiles that have the role, in order of name.
func (a *Account) ProfilesOf(role string) (all []*InstanceProfile) {
	for _, name := range slices.Sorted(maps.Keys(a.InstanceProfiles)) {
		if p := a.InstanceProfiles[name]; p.Role == role {
			all = append(all, p)
		}
	}
	return all
}
