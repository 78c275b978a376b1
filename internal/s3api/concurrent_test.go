package s3api

import (
	"strings"
	"sync"
	"testing"
)

// Readers, writers and copiers of the same keys: every answer is one whole body,
// and nothing is left when the keys are gone.
func TestConcurrentObjects(t *testing.T) {
	b := newBench(t)
	keys := []string{"/my-bucket/a", "/my-bucket/b"}
	for _, key := range keys {
		b.must(t, put(key, strings.Repeat("0", 1000)))
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 40 {
				key, other := keys[n%2], keys[(n+1)%2]
				switch i % 4 {
				case 0:
					b.settled(t, put(key, strings.Repeat(string(rune('a'+n%26)), 1000)))
				case 1:
					b.settled(t, copyTo(key, other[1:]))
				default:
					body := b.settled(t, get(key)).body
					if len(body) != 1000 || strings.Trim(body, body[:1]) != "" {
						t.Errorf("a torn body: %.20q of %d bytes", body, len(body))
						return
					}
				}
			}
		})
	}
	wg.Wait()
	for _, key := range keys {
		b.must(t, sending{method: "DELETE", target: key})
	}
	if n := b.blobs.Len(); n != 0 {
		t.Errorf("%d blobs are left", n)
	}
}

// settled is must for a busy world, in which an attempt may have to be made often.
func (b *bench) settled(t *testing.T, q sending) answered {
	c := b.call(t, q)
	defer c.Close()
	for {
		a := b.attempt(t, c)
		if a.moved {
			continue
		}
		if a.err != nil {
			t.Errorf("%s %s: %v", q.method, q.target, a.err)
		}
		return a
	}
}
