package policy

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// reach is the actions that a statement is about; nil: there are some that the tables do not describe.
type reach []*Action

// reachOf is the actions of S3 and KMS, those that work on the statement's resources where there are any.
func reachOf(s *statement, on *land) reach {
	var all, there reach
	if s.actions.not {
		return nil
	}
	for i := range s.actions.list {
		service, described := serviceOfAction(&s.actions.list[i])
		if !described {
			return nil
		}
		all = append(all, matchedActions(service, &s.actions.list[i])...)
	}
	for _, a := range all {
		if on == nil || on.has(a) {
			there = append(there, a)
		}
	}
	if len(there) > 0 {
		return there
	}
	return all
}

// key doubts a condition key that no request has, or none of the statement's.
func (d *doubting) key(k *condition, acts reach, path string) {
	vendor, _, _ := strings.Cut(k.folded, ":")
	if vendor != "aws" && !slices.Contains(describedServices, vendor) {
		return
	}
	has := func(a *Action) bool { return KeyApplies(a.Name, k.key) == Evaluable }
	switch {
	case !IsGlobalKey(k.key) && !isKnownKey(k.folded):
		d.report(path, NearestKey(k.key), "no request has the condition key %s", k.key)
	case len(acts) > 0 && !slices.ContainsFunc(acts, has):
		d.report(path, "", "no request for %s has the condition key %s", acts.told(), k.key)
	}
}

// told is the actions for people to read.
func (r reach) told() string {
	if len(r) > 1 {
		return "an action of the statement"
	}
	return r[0].Name
}

// values doubts values that the key never has.
func (d *doubting) values(k *condition, path string) {
	for i, text := range k.wanted {
		if strings.Contains(text, "${") {
			continue
		}
		path := fmt.Sprintf("%s[%d]", path, i)
		switch t := k.test.(type) {
		case stringTest:
			d.text(k, text, path)
		case arnTest:
			d.arn(k, text, path)
		case ipTest:
			d.address(k, t, path)
			return
		}
	}
}

// Keys whose values have a form.
var (
	accountKeys = []string{"aws:sourceaccount", "aws:principalaccount", "aws:resourceaccount", "aws:vpceaccount",
		"s3:resourceaccount", "s3:dataaccesspointaccount", "kms:calleraccount"}
	arnKeys = []string{"aws:sourcearn", "aws:principalarn", "s3:dataaccesspointarn"}
)

// text doubts a text that is no account number, or no ARN, where the key has one.
func (d *doubting) text(k *condition, text, path string) {
	wild := k.operator.name == "StringLike" || k.operator.name == "StringNotLike"
	switch {
	case wild && strings.ContainsAny(text, "*?"):
	case slices.Contains(accountKeys, k.folded) && !isAccountID(text):
		d.report(path, "", "%s is the number of an account, which has 12 digits, and never %q", k.key, text)
	case slices.Contains(arnKeys, k.folded) && !strings.HasPrefix(text, "arn:"):
		d.report(path, "", "%s is an ARN, and never %q", k.key, text)
	case slices.Contains(arnKeys, k.folded) && strings.Contains(text, "*"):
		d.report(path, "", "%s takes the * in %q for itself: ArnLike and StringLike have wildcards", k.operator.name, text)
	}
}

// arn doubts a pattern that no ARN matches.
func (d *doubting) arn(k *condition, text, path string) {
	p := compileARNPattern(text, false)
	switch {
	case !p.cut:
		d.report(path, "", "%s matches no ARN: an ARN has six parts, with colons between them", text)
	case isWrongAccount(p.parts[4].pieces()):
		d.report(path, "", "%s matches no ARN: the number of an account has 12 digits", text)
	}
}

// address doubts private addresses alone, where the key has the public one.
func (d *doubting) address(k *condition, t ipTest, path string) {
	public := func(p netip.Prefix) bool { return !p.Addr().IsPrivate() && !p.Addr().IsLoopback() }
	if k.folded == "aws:sourceip" && len(t) > 0 && !slices.ContainsFunc(t, public) {
		d.report(path, "aws:VpcSourceIp", "aws:SourceIp is the public address of a client, and these are private: through "+
			"a VPC endpoint the request has another key")
	}
}
