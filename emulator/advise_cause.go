package emulator

import "github.com/s3fault/s3fault/journal"

// cureOf is the advice on a request that no layer denied: what to do about its cause; nil:
// nothing is known. Nobody else is let through by it that was not.
func cureOf(c *journal.Cause) *Advice {
	if c == nil || len(c.Cures) == 0 {
		return nil
	}
	a := &Advice{Proposal: alone(c.Cures[0])}
	for _, cure := range c.Cures[1:] {
		a.Others = append(a.Others, alone(cure))
	}
	return a
}

// alone is a proposal of one change.
func alone(c journal.Change) journal.Proposal {
	return journal.Proposal{Class: c.Class, Changes: []journal.Change{c}, Patch: c.Patch}
}
