package journal

import (
	"fmt"
	"sync"
	"testing"

	"github.com/s3fault/s3fault/authz"
)

func TestSubscribe(t *testing.T) {
	j := New(4)
	j.Add(Entry{RequestID: "before", World: "w"})
	entries, cancel := j.Subscribe("w")
	_, other := j.Subscribe("w")
	for i := range 6 {
		j.Add(Entry{RequestID: fmt.Sprint(i), World: "w"})
		j.Add(Entry{RequestID: "x", World: "elsewhere"})
	}
	other()
	cancel()
	cancel()
	j.Add(Entry{RequestID: "after", World: "w"})
	var got []string
	for e := range entries {
		got = append(got, e.RequestID)
	}
	if want := "[0 1 2 3 4 5]"; fmt.Sprint(got) != want {
		t.Errorf("%v came, want %s", got, want)
	}
	if len(j.followers) != 0 {
		t.Errorf("%d worlds still have followers", len(j.followers))
	}
}

// A subscriber that never reads holds nobody up, and gets what there was room for.
func TestSlowSubscriber(t *testing.T) {
	j := New(4)
	entries, cancel := j.Subscribe("w")
	for i := range backlog + 100 {
		j.Add(Entry{RequestID: fmt.Sprint(i), World: "w"})
	}
	cancel()
	n := 0
	for e := range entries {
		if e.RequestID != fmt.Sprint(n) {
			t.Fatalf("entry %d is %s", n, e.RequestID)
		}
		n++
	}
	if n != backlog {
		t.Errorf("%d entries came, want %d", n, backlog)
	}
}

func TestSubscribeWhileWriting(t *testing.T) {
	j := New(10)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 200 {
				j.Add(Entry{RequestID: fmt.Sprint(g, "-", i), World: "w"})
			}
		})
		wg.Go(func() {
			for range 100 {
				entries, cancel := j.Subscribe("w")
				j.Add(Entry{World: "w"})
				if _, ok := <-entries; !ok {
					t.Error("the channel is closed before it is cancelled")
				}
				cancel()
			}
		})
	}
	wg.Wait()
}

func TestLastDenied(t *testing.T) {
	j := New(4)
	if _, ok := j.LastDenied("w"); ok {
		t.Error("a world without entries has a denied one")
	}
	yes := []authz.Decision{{Verdict: authz.Allowed}}
	no := []authz.Decision{{Verdict: authz.Allowed}, {Verdict: authz.ImplicitlyDenied}}
	for i, decisions := range [][]authz.Decision{no, no, yes, nil} {
		j.Add(Entry{RequestID: fmt.Sprint(i), World: "w", Decisions: decisions})
	}
	if e, ok := j.LastDenied("w"); !ok || e.RequestID != "1" {
		t.Errorf("LastDenied = %s, %v", e.RequestID, ok)
	}
	j.Add(Entry{RequestID: "4", World: "w"}) // takes the place of 0
	j.Add(Entry{RequestID: "5", World: "w"}) // takes the place of 1
	if e, ok := j.LastDenied("w"); ok {
		t.Errorf("LastDenied = %s, which is no longer kept", e.RequestID)
	}
}
