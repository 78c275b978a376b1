package fault

import (
	"net/http"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/tree"
)

// limited is a plan with limits as a file has them.
func limited(t *testing.T, text string) *Plan {
	t.Helper()
	n, err := tree.ParseJSON("limits", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	l, err := LimitsFacts.Read(n)
	if err != nil {
		t.Fatal(err)
	}
	return (&Plan{Limits: l}).Anew()
}

// Reads and writes below a prefix have buckets of their own, which the world's clock fills.
func TestLimitsOfPrefixes(t *testing.T) {
	plan, counts := limited(t, `{"prefix": {"reads": 2, "writes": 1, "depth": 2}}`), &Counts{}
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	ask := func(class Class, key string, after time.Duration) string {
		r := Request{
			Operation: Operation{Name: "X", Class: class}, Bucket: "b", Key: key,
			HTTP: &http.Request{}, Now: start.Add(after),
		}
		if s := counts.Meet(plan, &r).Strike(Arrival); s != nil {
			return s.Rule.Name
		}
		return ""
	}
	for i, row := range []struct {
		class Class
		key   string
		after time.Duration
		want  string
	}{
		{Reads, "a/b/1", 0, ""}, {Reads, "a/b/2", 0, ""}, {Reads, "a/b/c/3", 0, "limits.prefix.reads"},
		{Reads, "a/x/1", 0, ""}, {Writes, "a/b/1", 0, ""}, {Writes, "a/b/1", 0, "limits.prefix.writes"},
		{Reads, "a/b/1", time.Second, ""}, {Writes, "a/b/1", time.Second, ""},
		{Writes, "a/b/1", time.Second, "limits.prefix.writes"},
	} {
		if got := ask(row.class, row.key, row.after); got != row.want {
			t.Errorf("%d: %s after %s is struck by %q, not %q", i, row.key, row.after, got, row.want)
		}
	}
}

// Limits that a plan keeps go on as they were; others begin anew.
func TestLimitsStay(t *testing.T) {
	old := limited(t, `{"prefix": {"reads": 2}}`)
	same, other := limited(t, `{"prefix": {"reads": 2}}`), limited(t, `{"prefix": {"reads": 3}}`)
	if same.Keeping(old).limits[0] != old.limits[0] {
		t.Error("limits that stay have counters of their own")
	}
	if other.Keeping(old).limits[0] == old.limits[0] {
		t.Error("other limits have the counters of the ones before")
	}
	if with := old.With(nil); with.limits[0] != old.limits[0] || with.Empty() {
		t.Error("rules that are replaced take the limits away")
	}
}
