package world

import (
	"sync"
	"time"
)

// Use is when, for which service and in which region an access key was last used.
type Use struct {
	At              time.Time
	Service, Region string
}

// uses remembers the last use of long-term keys. It is no fact that a decision
// depends on, so that noting one changes no State.
type uses struct {
	mu   sync.Mutex
	last map[string]Use // by access key id
}

// NoteUse remembers that a request was signed with the credentials.
func (s *State) NoteUse(c *Caller, u Use) {
	if s.uses == nil || !c.LongTerm() {
		return
	}
	s.uses.mu.Lock()
	defer s.uses.mu.Unlock()
	s.uses.last[c.AccessKeyID] = u
}

// LastUse is the last use of an access key; false: there was none.
func (s *State) LastUse(accessKeyID string) (Use, bool) {
	if s.uses == nil {
		return Use{}, false
	}
	s.uses.mu.Lock()
	defer s.uses.mu.Unlock()
	u, ok := s.uses.last[accessKeyID]
	return u, ok
}

// KeepUses has the state remember what another does, whose world it goes on with.
func (s *State) KeepUses(of *State) {
	s.uses = of.uses
	s.keepKeyUses(of)
}
