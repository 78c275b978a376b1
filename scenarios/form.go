package scenarios

import (
	"regexp"

	"github.com/s3fault/s3fault/internal/world"
)

// What must have a certain form wherever it stands, in the defaults and in a
// patch too, is held against it here, before anything is built.

// validate reads what the file holds as it is written. A scenario is read again
// when its defaults are merged in; but by then its nulls are gone, and with them
// the wrong keys that they may have stood at.
func (d *fileDoc) validate() error {
	parts := []*node{d.Defaults}
	if d.Scenarios != nil && d.Scenarios.kind == mappingKind {
		parts = append(parts, d.Scenarios.items...)
	}
	for _, part := range parts {
		if part == nil || part.kind != mappingKind {
			continue
		}
		var s scenarioDoc
		if err := decode(part, &s); err != nil {
			return err
		}
	}
	return nil
}

// validate reads fix_patch as what it changes: a world.
func (d *scenarioDoc) validate() error {
	if d.FixPatch != nil {
		var w worldDoc
		if err := decode(d.FixPatch, &w); err != nil {
			return err
		}
	}
	return d.worldDoc.validate()
}

func (d *worldDoc) validate() error {
	if accounts := d.At.get("accounts"); accounts != nil {
		for _, key := range accounts.keys {
			if !world.IsAccountID(key.text) {
				return fail(key, "the account number %q has not 12 digits", key.text)
			}
		}
	}
	if buckets := d.At.get("buckets"); buckets != nil {
		for _, key := range buckets.keys {
			if len(key.text) > 63 || !bucketForm.MatchString(key.text) || addressForm.MatchString(key.text) {
				return fail(key, "%q is no bucket's name: 3 to 63 of a-z, 0-9, hyphen and dot, and no address", key.text)
			}
		}
	}
	return nil
}

var (
	bucketForm  = regexp.MustCompile(`^[a-z0-9](\.?[a-z0-9-])+\.?[a-z0-9]$`)
	addressForm = regexp.MustCompile(`^\d+\.\d+\.\d+\.\d+$`)
	// accessKeyForm is IAM's: what stands between slashes in a credential scope.
	accessKeyForm = regexp.MustCompile(`^\w{3,128}$`)
	originForm    = regexp.MustCompile(`^[A-Z0-9]{1,64}$`)
	sessionForm   = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
	notInSession  = regexp.MustCompile(`[^\w+=,.@-]`)
	pathForm      = regexp.MustCompile(`^/([!-~]+/)?$`)
	// controls are characters that no header can carry.
	controls = regexp.MustCompile(`[\x00-\x20\x7f-\x{10ffff}]`)
)

func (d *principalDoc) validate() error {
	if d.Path != "" && !pathForm.MatchString(d.Path) {
		return fail(d.At.get("path"), "a path begins and ends with a slash, like /team/")
	}
	return nil
}
