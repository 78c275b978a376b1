package world

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// TestStateIsPure: there is no lock, no atomic and no channel in all that hangs on a
// State, without which nobody could change what worlds share.
func TestStateIsPure(t *testing.T) {
	seen := map[reflect.Type]bool{}
	pure(t, reflect.TypeFor[State](), "State", seen)
	if len(seen) < 30 {
		t.Errorf("%d types hang on a State: the walk has stopped too early", len(seen))
	}
}

func pure(t *testing.T, of reflect.Type, path string, seen map[reflect.Type]bool) {
	if seen[of] {
		return
	}
	seen[of] = true
	if pkg := of.PkgPath(); pkg == "sync" || strings.HasPrefix(pkg, "sync/") {
		t.Errorf("%s is a %s", path, of)
		return
	}
	switch of.Kind() {
	case reflect.Chan, reflect.UnsafePointer:
		t.Errorf("%s is a %s", path, of)
	case reflect.Pointer, reflect.Slice, reflect.Array:
		pure(t, of.Elem(), path, seen)
	case reflect.Map:
		pure(t, of.Key(), path+" (key)", seen)
		pure(t, of.Elem(), path, seen)
	case reflect.Struct:
		for i := range of.NumField() {
			pure(t, of.Field(i).Type, path+"."+of.Field(i).Name, seen)
		}
	}
}

// What a copy is used for is its own, and what a description tells is not told twice.
func TestUses(t *testing.T) {
	var (
		noon    = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
		user    = &Caller{AccessKeyID: "AKIAUSER", User: "user"}
		session = &Caller{AccessKeyID: "ASIAROLE", Role: "role", SessionToken: "token"}
		loaded  = KeyUse{At: noon.Add(-time.Hour), Operation: "Encrypt"}
		key     = &Key{ARN: KeyARN("us-east-1", account, "key-1"), LastUse: loaded}
		mother  = NewUses()
	)
	mother.Note(user, Use{At: noon, Service: "s3"})
	mother.Note(session, Use{At: noon, Service: "s3"})
	if _, ok := mother.Last(session.AccessKeyID); ok {
		t.Error("the use of a temporary key is remembered")
	}
	if got := mother.LastOfKey(key); got != loaded {
		t.Errorf("before any use: %v", got)
	}
	fork := mother.Copy()
	fork.NoteKey(key.ARN, KeyUse{At: noon, Operation: "Decrypt"})
	fork.Note(user, Use{At: noon, Service: "kms"})
	if got := fork.LastOfKey(key); got.Operation != "Decrypt" {
		t.Errorf("of the fork: %v", got)
	}
	if got := mother.LastOfKey(key); got != loaded {
		t.Errorf("the mother sees the fork's use of a key: %v", got)
	}
	if got, _ := mother.Last(user.AccessKeyID); got.Service != "s3" {
		t.Errorf("the mother sees the fork's use of an access key: %v", got)
	}
	described := fork.CopyFor(&State{Keys: map[string]*Key{key.ARN: key}})
	if got := described.LastOfKey(key); got != loaded {
		t.Errorf("a key that is described: %v", got)
	}
	if got, ok := described.Last(user.AccessKeyID); !ok || got.Service != "kms" {
		t.Errorf("an access key that is not: %v", got)
	}
}

// Where nothing is kept nothing was used, and noting it does no harm.
func TestNoUses(t *testing.T) {
	var none *Uses
	none.Note(&Caller{AccessKeyID: "AKIAUSER"}, Use{})
	none.NoteKey("arn", KeyUse{})
	if _, ok := none.Last("AKIAUSER"); ok {
		t.Error("there was a use of an access key")
	}
	if got := none.LastOfKey(&Key{ARN: "arn"}); got != (KeyUse{}) {
		t.Errorf("the key was used: %v", got)
	}
	if got := none.Copy(); got == nil {
		t.Error("a copy of none remembers nothing either")
	}
}
