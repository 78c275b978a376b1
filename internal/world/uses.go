package world

import (
	"maps"
	"strings"
	"sync"
	"time"
)

// Use is when, for which service and in which region an access key was last used.
type Use struct {
	At              time.Time
	Service, Region string
}

// KeyUse is the latest successful cryptographic operation with a KMS key.
type KeyUse struct {
	At        time.Time
	Operation string // Decrypt, GenerateDataKey, ...
}

// Uses is what requests leave behind without changing a fact: the last use of access
// keys, roles and KMS keys, and what IAM remembers of its own tasks. It stands beside a State, so that a request which only reads
// moves no world. A nil Uses remembers nothing. It is safe for concurrent use.
type Uses struct {
	mu         sync.Mutex
	accessKeys map[string]Use    // by access key id
	kmsKeys    map[string]KeyUse // by the key's ARN
	keyUses    uint64            // how often one was noted
	roles      map[string]Use    // by the role's unique id
	tasks      tasks
}

// NewUses is that of a world that nobody has used yet.
func NewUses() *Uses {
	return &Uses{accessKeys: map[string]Use{}, kmsKeys: map[string]KeyUse{}, roles: map[string]Use{}}
}

// Note remembers that a request was signed with the credentials. Of temporary ones it is
// the role that was used.
func (u *Uses) Note(c *Caller, use Use) {
	if u == nil || !c.LongTerm() && c.Role == "" {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if c.Role == "" {
		u.accessKeys[c.AccessKeyID] = use
		return
	}
	id, _, _ := strings.Cut(c.UserID, ":")
	u.roles[id] = use
}

// LastOfRole is the last use of the role with that unique id; false: there was none.
func (u *Uses) LastOfRole(id string) (Use, bool) {
	if u == nil {
		return Use{}, false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	use, ok := u.roles[id]
	return use, ok
}

// Last is the last use of an access key; false: there was none.
func (u *Uses) Last(accessKeyID string) (Use, bool) {
	if u == nil {
		return Use{}, false
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	use, ok := u.accessKeys[accessKeyID]
	return use, ok
}

// NoteKey remembers that a KMS key was used.
func (u *Uses) NoteKey(arn string, use KeyUse) {
	if u == nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.kmsKeys[arn] = use
	u.keyUses++
}

// KeyUses is how many uses of KMS keys have been noted: of all Uses, only these decide anything.
func (u *Uses) KeyUses() uint64 {
	if u == nil {
		return 0
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.keyUses
}

// LastOfKey is the last use of a KMS key, whenever that was: since the world was loaded,
// or the one that it was loaded with; zero: there was none.
func (u *Uses) LastOfKey(k *Key) KeyUse {
	if u == nil {
		return k.LastUse
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if use, ok := u.kmsKeys[k.ARN]; ok {
		return use
	}
	return k.LastUse
}

// Copy remembers the same, and from now on what is noted with itself.
func (u *Uses) Copy() *Uses {
	if u == nil {
		return NewUses()
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return &Uses{
		accessKeys: maps.Clone(u.accessKeys), kmsKeys: maps.Clone(u.kmsKeys), roles: maps.Clone(u.roles),
		tasks: u.tasks.clone(),
	}
}

// CopyFor is Copy for a State that was made of a description, whose keys come with
// their last use.
func (u *Uses) CopyFor(s *State) *Uses {
	c := u.Copy()
	for arn := range s.Keys {
		delete(c.kmsKeys, arn)
	}
	return c
}
