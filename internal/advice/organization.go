package advice

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/world"
)

// byGuardrail changes an SCP or an RCP. A level that does not allow something is
// given the Allow in a policy that is attached there, or in one of its own.
func (s *search) byGuardrail(d *authz.Decision, f *authz.Finding) []candidate {
	o := s.state().Organization
	if o == nil {
		return nil
	}
	l, ok := levelOf(o, f.Part)
	if !ok {
		return nil
	}
	if f.Effect == authz.ExplicitDeny {
		return drops(f, l.places(o, f.Layer))
	}
	all := []candidate{}
	for _, p := range l.places(o, f.Layer) {
		all = append(all, p.add(f.Layer, p.allow(d, s.principal())))
	}
	return append(all, l.attach(o, d))
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
				has: p, away: at(rest, l.path.At(list)),
			})
		}
	}
	return all
}

// attach is an SCP of its own at the level, for where none can be added to.
func (l *level) attach(o *world.Organization, d *authz.Decision) candidate {
	name := "allow-" + strings.ReplaceAll(d.Action, ":", "-")
	path := build.OrganizationAt().At(build.SCPs, name).At(build.GuardrailPolicy)
	p := place{what: "an SCP " + name, path: path, has: o.SCPs[name]}
	c := p.add(authz.SCP, p.allow(d, nil))
	attached := l.attached.SCPs
	if !slices.Contains(attached, name) {
		attached = append(slices.Clone(attached), name)
	}
	c.Text += ", and attach it to " + l.name
	c.Patch = join(c.Patch, at(attached, l.path.At(build.AttachedSCPs)))
	return c
}
