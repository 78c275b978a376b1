// Package awscli writes what a patch of a world changes as commands of the AWS CLI, which
// change the same in AWS, and here.
package awscli

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/journal"
)

// Advise fills in the commands of all changes of an advice on a request that was made by
// an account, in the world of a moment.
func Advise(a *journal.Advice, m *store.Moment, account string) {
	proposals := []*journal.Proposal{&a.Proposal}
	for i := range a.Others {
		proposals = append(proposals, &a.Others[i])
	}
	for _, p := range proposals {
		for i := range p.Changes {
			if c := &p.Changes[i]; len(c.Commands) == 0 {
				c.Commands = Commands(m, account, c.Patch)
			}
		}
	}
}

// Commands are the AWS CLI's that do in AWS what a patch does here, in their order; nil
// where AWS has none for a part of it: where requests come from is nothing that a command
// changes. A command for another account than the request's says so.
func Commands(m *store.Moment, account string, p journal.Patch) []string {
	if len(p) == 0 {
		return nil
	}
	text, err := json.Marshal(p)
	if err != nil {
		return nil
	}
	var plain map[string]any
	if err := json.Unmarshal(text, &plain); err != nil {
		return nil
	}
	t := &typing{Moment: m, asker: account}
	if !t.all(plain, nil) {
		return nil
	}
	return t.lines
}

// typing is commands as they are written, for a patch of a moment.
type typing struct {
	*store.Moment
	asker string
	lines []string
}

// as writes a command for credentials of an account.
func (t *typing) as(account string, words ...string) { t.line(account, cause.Command(words...)) }

// asRoot writes a command for an account's root user.
func (t *typing) asRoot(account string, words ...string) {
	t.lines = append(t.lines, cause.Command(words...)+"  # with credentials of the root user of the account "+account)
}

// line is as of a command that is ready for the shell.
func (t *typing) line(account, line string) {
	if account != t.asker && account != "" {
		line += "  # with credentials of the account " + account
	}
	t.lines = append(t.lines, line)
}

// in is a region as a command has it, where it is not the one that the world's are in.
func (t *typing) in(region string) []string {
	if region == "" || region == t.State.Region {
		return nil
	}
	return []string{"--region", region}
}

// writer is how AWS changes the fact at a path; a * in it stands for a name.
type writer struct {
	at    build.Path
	write func(t *typing, names []string, value any) bool // false: it cannot
}

// writers are all of them.
var writers = slices.Concat(writersOfIAM, writersOfS3, writersOfOthers, writersOfOrganizations)

// all writes the commands for what a patch has at a path and below; false: AWS has none
// for some of it.
func (t *typing) all(value any, at build.Path) bool {
	for _, w := range writers {
		if names, ok := fits(w.at, at); ok {
			return w.write(t, names, value)
		}
	}
	below, ok := value.(map[string]any)
	if !ok || len(below) == 0 {
		return false
	}
	for _, key := range inOrder(below) {
		if !t.all(below[key], append(slices.Clone(at), key)) {
			return false
		}
	}
	return true
}

// inOrder are the keys of facts: what is attached somewhere must be there before.
func inOrder(facts map[string]any) []string {
	made := map[string]bool{
		build.ManagedPolicies.Key(): true, build.SCPs.Key(): true, build.RCPs.Key(): true, build.S3Policies.Key(): true,
	}
	return slices.SortedFunc(maps.Keys(facts), func(a, b string) int {
		if made[a] != made[b] {
			if made[a] {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
}

// fits says whether a path is of a pattern, and what its stars stand for.
func fits(pattern, path build.Path) (names []string, ok bool) {
	if len(pattern) != len(path) {
		return nil, false
	}
	for i, want := range pattern {
		switch {
		case want == any1:
			names = append(names, path[i])
		case want != path[i]:
			return nil, false
		}
	}
	return names, true
}

// any1 is any one name in a writer's path.
const any1 = "*"

// texts is a list of texts; false: it is something else.
func texts(value any) (all []string, ok bool) {
	list, ok := value.([]any)
	for _, one := range list {
		text, is := one.(string)
		if !is {
			return nil, false
		}
		all = append(all, text)
	}
	return all, ok
}

// merged is a document with a merge patch applied (RFC 7396).
func merged(document, patch any) any {
	over, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	under, _ := document.(map[string]any)
	out := maps.Clone(under)
	if out == nil {
		out = map[string]any{}
	}
	for key, value := range over {
		if value == nil {
			delete(out, key)
			continue
		}
		out[key] = merged(out[key], value)
	}
	return out
}

// text is a document as a command has it.
func text(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // it was read from JSON
	return strings.TrimSpace(b.String())
}
