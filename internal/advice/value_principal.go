package advice

import (
	"maps"
	"strings"

	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/policy"
)

func (w *wrong) principals(st statement, element string) []mending {
	block, ok := st[element].(map[string]any)
	if !ok {
		return nil // it names everybody
	}
	var all []mending
	for _, kind := range []string{"AWS", "Service"} {
		put := func(list []string) statement {
			changed := maps.Clone(block)
			changed[kind] = values(list)
			return st.having(element, changed)
		}
		hairs := []hair{withSession(element), ofSession, pathless, otherKind, wildcard, ofAccount, (*wrong).respelled}
		if kind == "Service" {
			hairs = []hair{(*wrong).respelled}
		}
		for _, seen := range called(w.q.Principal, kind) {
			all = append(all, w.inList(st, element+"."+kind, list(block[kind]), seen, hairs, put)...)
		}
	}
	return all
}

// called are the names by which policies know a principal, the usual one first.
func called(p *policy.Principal, kind string) []string {
	switch {
	case kind == "Service":
		if p.Kind == policy.Service {
			return []string{p.Service}
		}
		return nil
	case !p.InAccount():
		return nil
	case p.Kind == policy.RoleSession:
		return []string{p.RoleARN, p.ARN, "arn:aws:iam::" + p.Account + ":root", p.Account}
	case p.Kind == policy.Root:
		return []string{p.ARN, p.Account}
	}
	return []string{p.ARN, "arn:aws:iam::" + p.Account + ":root", p.Account}
}

// withSession: a NotPrincipal names a role, and not its session as well, which it needs (IAM User
// Guide, "AWS JSON policy elements: NotPrincipal").
func withSession(element string) hair {
	return func(w *wrong, written, _ string) (mend, bool) {
		p := w.q.Principal
		if element != "NotPrincipal" || p.Kind != policy.RoleSession || written != p.RoleARN {
			return mend{}, false
		}
		return mend{value: p.ARN, beside: true, why: "as a NotPrincipal spares a session only where it names it " +
			"beside its role"}, true
	}
}

// ofSession: the ARN of a session stands where that of its role should: the next session has another name.
func ofSession(_ *wrong, written, seen string) (mend, bool) {
	rest, ok := strings.CutPrefix(written, "arn:aws:sts::")
	kind, name, _ := iamName(seen)
	account, of, isSession := strings.Cut(rest, ":assumed-role/")
	role, _, _ := strings.Cut(of, "/")
	if !ok || !isSession || kind != "role" || account+"/"+role != name {
		return mend{}, false
	}
	return mend{value: seen, why: "which is one session of the role, and not the role"}, true
}

// otherKind: a role is called a user, or a user a role.
func otherKind(w *wrong, written, seen string) (mend, bool) {
	kind, name, _ := iamName(written)
	kindSeen, nameSeen, _ := iamName(seen)
	if kind == "" || kindSeen == "" || kind == kindSeen || name != nameSeen || w.names(written, seen) {
		return mend{}, false
	}
	return mend{value: seen, why: "which is no " + kind + ": " + name[strings.IndexByte(name, '/')+1:] +
		" is a " + kindSeen}, true
}

// wildcard: a Principal takes a * alone, and no pattern.
func wildcard(w *wrong, written, seen string) (mend, bool) {
	kind, _, _ := iamName(seen)
	if kind == "" || written == "*" || !strings.ContainsAny(written, "*?") || !w.lets(written, seen) {
		return mend{}, false
	}
	return mend{value: seen, why: "as a Principal takes no pattern: it needs the name"}, true
}

// ofAccount: one digit of the account's number is wrong, missing or too many, or two are swapped.
func ofAccount(w *wrong, written, seen string) (mend, bool) {
	account, rest, _ := strings.Cut(strings.TrimPrefix(written, "arn:aws:iam::"), ":")
	good, restSeen, _ := strings.Cut(strings.TrimPrefix(seen, "arn:aws:iam::"), ":")
	if rest != restSeen || account == good || w.state().Accounts[account] != nil || !digitOff(account, good) {
		return mend{}, false
	}
	return mend{value: strings.Replace(written, account, good, 1), why: "as the account's number is"}, true
}

// digitOff says whether a number is an account's but for one digit or two that are swapped.
func digitOff(a, account string) bool {
	return misdialled(a, account) || isAccount(a) && isAccount(account) && nearest.Edits(a, account, 2) == 1
}
