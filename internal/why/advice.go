package why

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/cause"
	"github.com/s3fault/s3fault/journal"
)

// classes say what a proposal of each class is.
var classes = map[journal.Class]string{
	journal.OfRequest: "the request can satisfy it",
	journal.OfValue:   "a value is wrong by a hair",
	journal.OfGrant:   "a grant is missing",
	journal.OfGuard:   "a guard has to give way",
}

const removal = "removes a guardrail"

// kind is what a proposal is, in a few words.
func kind(p *journal.Proposal) string {
	if removes(p) {
		return removal
	}
	return classes[p.Class]
}

func removes(p *journal.Proposal) bool {
	return slices.ContainsFunc(p.Changes, func(c journal.Change) bool { return c.Removes })
}

// advice says what would help: the first proposal with all that it takes, the others in
// their order.
func (p *printer) advice(a *Advice) {
	p.line("\n%s %s", p.bold("Fix:"), kind(&a.Proposal))
	for i := range a.Changes {
		p.change(i+1, &a.Changes[i])
	}
	p.proof(&a.Proposal)
	p.opens(&a.Proposal)
	p.patch(a.World, &a.Proposal)
	for i := range a.Others {
		p.other(&a.Others[i])
	}
	if a.Moved != "" {
		p.line("  Since then the world has changed: %s", a.Moved)
	}
}

// change is one step: what it is, what it corrects, and how it is typed.
func (p *printer) change(number int, c *journal.Change) {
	p.line("  %d. %s", number, strings.TrimPrefix(c.Text, removal+": "))
	p.pairs("     ", [][2]string{{"wanted", c.Wanted}, {"seen", c.Seen}, {"write", c.Corrected}})
	p.commands("       ", c.Commands...)
}

func (p *printer) proof(a *journal.Proposal) {
	switch {
	case a.Proved:
		p.line("  Proved: on a copy of the world that has it, every layer allows the request.")
	case len(a.Changes) == 0:
		p.line("  No change of the world or the request was found that allows it.")
	}
}

// opens says what the proposal lets others do.
func (p *printer) opens(a *journal.Proposal) {
	switch {
	case a.Asked == 0:
	case a.Opened == 0:
		p.line("  It opens nothing to anybody else, of %d deeds that were asked.", a.Asked)
	default:
		p.line("  %s of %d deeds that were asked, such as:", p.red(fmt.Sprintf("It opens %d more", a.Opened)), a.Asked)
		for _, d := range a.Opens[:min(len(a.Opens), 3)] {
			p.line("    %s", deed(&d))
		}
	}
}

func deed(d *journal.Deed) string {
	text := d.As + " may " + d.Action + " on " + d.Resource
	for _, key := range slices.Sorted(maps.Keys(d.With)) {
		text += ", " + key + " " + cmp.Or(strings.Join(d.With[key], " or "), "absent")
	}
	if d.By != nil {
		text += ", by " + string(d.By.Layer)
		if d.By.Statement != "" {
			text += ", statement " + d.By.Statement
		}
	}
	return text
}

// patch says how the changes are made here.
func (p *printer) patch(world string, a *journal.Proposal) {
	if command := patching(world, a.Patch); command != "" {
		p.line("  To try here:")
		p.commands("    ", command)
	}
}

// patching is the command that makes a patch; empty: there is none to make.
func patching(world string, patch journal.Patch) string {
	if len(patch) == 0 || world == "" {
		return ""
	}
	text, err := json.Marshal(patch)
	if err != nil {
		return ""
	}
	return cause.Command("curl", "-X", "PATCH", world, "-d", string(text))
}

// other is a proposal that is not the first, in short.
func (p *printer) other(a *journal.Proposal) {
	texts := make([]string, len(a.Changes))
	for i := range a.Changes {
		texts[i] = strings.TrimPrefix(a.Changes[i].Text, removal+": ")
	}
	told := ""
	if a.Opened > 0 {
		told = p.red(fmt.Sprintf(" (opens %d more)", a.Opened))
	}
	title := kind(a)
	if removes(a) {
		title = p.red(title)
	}
	p.line("  %s %s: %s%s", p.bold("or,"), title, strings.Join(texts, "; "), told)
	for i := range a.Changes {
		p.commands("       ", a.Changes[i].Commands...)
	}
}

// expects says whether the scenario has a call like the request.
func expects(sc *emulator.Scenario, e *emulator.Entry) bool {
	return slices.ContainsFunc(sc.Expect, func(one any) bool {
		call, _ := one.(map[string]any)
		return call["call"] == e.Operation && call["as"] == cmp.Or(e.Caller, "anonymous") && e.Service == ""
	})
}

// lesson is what the scenario teaches, of a refusal that it is about.
func (p *printer) lesson(e *emulator.Entry, sc *emulator.Scenario) {
	if sc == nil || len(sc.FixCommands) == 0 || !expects(sc, e) {
		return
	}
	p.line("\nAs the scenario %s teaches it:", sc.Name)
	for _, c := range sc.FixCommands {
		p.commands("    ", command(c))
	}
}

// command is one of a scenario's fix_commands: a text, or {as, run}, of which as may be
// left out.
func command(c any) string {
	m, ok := c.(map[string]any)
	switch {
	case !ok:
		return fmt.Sprint(c)
	case m["as"] == nil:
		return fmt.Sprint(m["run"])
	}
	return fmt.Sprintf("%v   # as %v", m["run"], m["as"])
}
