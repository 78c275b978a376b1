package advice

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/world"
)

// byGuardrail allows it at a level of the organization that does not: in a policy that is
// attached there, or in one of its own.
func (s *search) byGuardrail(q *authz.Request, f *authz.Finding) []candidate {
	l, ok := s.level(f)
	if !ok {
		return nil
	}
	var all []candidate
	places := l.places(s.state().Organization, f.Layer)
	for i := range places {
		all = append(all, s.grantsIn(&places[i], f.Layer, q)...)
	}
	return append(all, s.attach(l, q)...)
}

// level is the place in the organization that a finding names.
func (s *search) level(f *authz.Finding) (*level, bool) {
	o := s.state().Organization
	if o == nil {
		return nil, false
	}
	return levelOf(o, f.Part)
}

// level is a place in the organization where policies are attached.
type level struct {
	name     string
	path     build.Path
	attached *world.Attached
}

// levelOf finds the level that a finding names: the root or a unit by its id, an
// account by its number.
func levelOf(o *world.Organization, name string) (*level, bool) {
	if o.Root == nil {
		return nil, false
	}
	return inUnit(o, o.Root, world.RootID(o.ID), "", build.OrganizationAt().At(build.Root), name)
}

func inUnit(o *world.Organization, u *world.Unit, id, path string, at build.Path, name string) (*level, bool) {
	if id == name {
		return &level{name, at, &u.Attached}, true
	}
	if a := u.Accounts[name]; a != nil {
		return &level{name, at.At(build.Members, name), a}, true
	}
	for unit, below := range u.Units {
		down := path + "/" + unit
		if l, ok := inUnit(o, below, world.UnitID(o.ID, down), down, at.At(build.Units, unit), name); ok {
			return l, true
		}
	}
	return nil, false
}

// places are the customer's policies that are attached to the level. One left
// without a statement is detached.
func (l *level) places(o *world.Organization, layer authz.Layer) []place {
	what, row, list := "the SCP ", build.Keyed(build.SCPs), build.Keyed(build.AttachedSCPs)
	names, known := l.attached.SCPs, o.SCPs
	if layer == authz.RCP {
		what, row, list = "the RCP ", build.RCPs, build.AttachedRCPs
		names, known = l.attached.RCPs, o.RCPs
	}
	var all []place
	for _, name := range names {
		if p := known[name]; p != nil {
			rest := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
			all = append(all, place{
				what: what + name, path: build.OrganizationAt().At(row, name).At(build.GuardrailPolicy),
				has: p, away: at(rest, l.path.At(list)), of: everybody, resource: layer == authz.RCP,
			})
		}
	}
	return all
}

// attach is an SCP of its own at the level, for where none can be added to.
func (s *search) attach(l *level, q *authz.Request) []candidate {
	o := s.state().Organization
	name := "allow-" + strings.ReplaceAll(q.Action, ":", "-")
	path := build.OrganizationAt().At(build.SCPs, name).At(build.GuardrailPolicy)
	p := place{what: "an SCP " + name, path: path, has: o.SCPs[name], of: everybody}
	attached := l.attached.SCPs
	if !slices.Contains(attached, name) {
		attached = append(slices.Clone(attached), name)
	}
	all := s.grantsIn(&p, authz.SCP, q)
	for i := range all {
		all[i].Text += ", and attach it to " + l.name
		all[i].Patch = join(all[i].Patch, at(attached, l.path.At(build.AttachedSCPs)))
	}
	return all
}
