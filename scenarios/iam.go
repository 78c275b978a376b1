package scenarios

import (
	"maps"
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/policy"
)

// policyDetailsDoc is what there is to a managed policy besides the version in
// force, which is under managed_policies.
type policyDetailsDoc struct {
	At          *node             `yaml:"-"`
	ID          string            `yaml:"id"`
	Path        string            `yaml:"path"`
	Description string            `yaml:"description"`
	Tags        map[string]string `yaml:"tags"`
	Default     string            `yaml:"default"`  // the version in force, "v1" if absent
	Last        string            `yaml:"last"`     // the newest version that there ever was
	Versions    map[string]*node  `yaml:"versions"` // the other ones
}

// policyDetails gives the account's managed policies their details.
func (i *identities) policyDetails() error {
	i.account.PolicyDetails = map[string]*world.PolicyDetails{}
	for _, name := range slices.Sorted(maps.Keys(i.account.ManagedPolicies)) {
		d := i.doc.PolicyDetails[name]
		if d == nil {
			d = &policyDetailsDoc{}
		}
		details, err := i.details(d, i.at("policy_details", name))
		if err != nil {
			return err
		}
		p := *i.account.ManagedPolicies[name] // it may be the live world's
		p.ARN = world.PolicyARN(i.account.ID, d.Path, name)
		i.account.ManagedPolicies[name], i.account.PolicyDetails[name] = &p, details
	}
	return nil
}

func (i *identities) details(d *policyDetailsDoc, at *node) (*world.PolicyDetails, error) {
	now := i.state.Clock.Now(i.options.now())
	details := &world.PolicyDetails{ID: d.ID, Path: d.Path, Description: d.Description, Tags: d.Tags, Created: now, Updated: now}
	var err error
	if details.Default, err = versionNumber(at.get("default"), d.Default); err != nil {
		return nil, err
	}
	if details.Last, err = versionNumber(at.get("last"), d.Last); err != nil {
		return nil, err
	}
	for _, version := range slices.Sorted(maps.Keys(d.Versions)) {
		number, err := versionNumber(at.find("versions", version), version)
		if err != nil {
			return nil, err
		}
		p, err := compile(d.Versions[version], version, "", policy.Rules{Kind: policy.Identity})
		if err != nil {
			return nil, err
		}
		details.Versions = append(details.Versions, world.PolicyVersion{Number: number, Created: now, Policy: p.Policy})
	}
	slices.SortFunc(details.Versions, func(a, b world.PolicyVersion) int { return a.Number - b.Number })
	return details, nil
}

// versionNumber is 2 of "v2"; nothing is 1.
func versionNumber(at *node, text string) (int, error) {
	if text == "" {
		return 1, nil
	}
	number, err := strconv.Atoi(text[1:])
	if err != nil || text[0] != 'v' || number < 1 {
		return 0, fail(at, "%q is no version of a managed policy: they are called v1, v2 and so on", text)
	}
	return number, nil
}

func versionName(number int) string { return "v" + strconv.Itoa(number) }

// describeDetails leaves out what follows from the policies.
func describeDetails(a *world.Account) *node {
	all := newMapping()
	for _, name := range keysOf(a.PolicyDetails) {
		d := a.PolicyDetails[name]
		n := newMapping().add("id", unlike(d.ID, world.PolicyID(a.ID, name))).add("path", optional(d.Path)).
			add("description", optional(d.Description)).add("tags", textsOf(d.Tags)).
			add("default", unlike(versionName(d.Default), "v1")).add("last", unlike(versionName(d.Last), "v1"))
		others := newMapping()
		for _, v := range d.Versions {
			if v.Number != d.Default {
				others.add(versionName(v.Number), describePolicy(world.BucketPolicy(versionName(v.Number), v.Policy)))
			}
		}
		if len(others.keys) > 0 {
			n.add("versions", others)
		}
		if len(n.keys) > 0 {
			all.add(name, n)
		}
	}
	if len(all.keys) == 0 {
		return nil
	}
	return all
}

// keepBirthdays carries over when principals and policies were made, which no file
// says.
func keepBirthdays(from, to *world.Account) {
	for name, u := range to.Users {
		if old := from.Users[name]; old != nil && old.ID == u.ID {
			u.Created = old.Created
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
			d.Created, d.Updated = old.Created, old.Updated
			for i := range d.Versions {
				if v := old.Version(d.Versions[i].Number); v != nil {
					d.Versions[i].Created = v.Created
				}
			}
		}
	}
}
