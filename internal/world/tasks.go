package world

import (
	"maps"
	"slices"
	"time"
)

// Report is an account's credential report as it was generated.
type Report struct {
	Generated time.Time
	Content   string // of lines with commas (IAM User Guide, "Generate credential reports")
}

// tasks are what IAM remembers of what it was told to do: reports by account, and the
// deletions of service-linked roles by their ids, the oldest first.
type tasks struct {
	reports   map[string]Report
	deletions []string
}

// mostDeletions bounds the deletions that are remembered.
const mostDeletions = 1000

func (t tasks) clone() tasks { return tasks{maps.Clone(t.reports), slices.Clone(t.deletions)} }

// KeepReport remembers an account's report in the place of the one before.
func (u *Uses) KeepReport(account string, r Report) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.tasks.reports == nil {
		u.tasks.reports = map[string]Report{}
	}
	u.tasks.reports[account] = r
}

// LastReport is the account's report; false: there is none.
func (u *Uses) LastReport(account string) (Report, bool) {
	if u == nil {
		return Report{}, false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	r, ok := u.tasks.reports[account]
	return r, ok
}

// KeepDeletion remembers the deletion of a service-linked role by its id.
func (u *Uses) KeepDeletion(task string) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	t := &u.tasks
	if t.deletions = append(t.deletions, task); len(t.deletions) > mostDeletions {
		t.deletions = slices.Delete(t.deletions, 0, 1)
	}
}

// Deleted says whether there was a deletion of that id.
func (u *Uses) Deleted(task string) bool {
	if u == nil {
		return false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return slices.Contains(u.tasks.deletions, task)
}
