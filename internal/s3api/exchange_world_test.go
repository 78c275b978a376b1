package s3api

import (
	"net/http"
	"testing"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/sigv4"
)

func mustOpen(t testing.TB, r *http.Request) *sigv4.Body {
	t.Helper()
	body, unproved := sigv4.OpenBody(r)
	if unproved != nil {
		t.Fatal(unproved)
	}
	return body
}

// replaceWorld puts an empty Index in the place of the present one.
func (b *bench) replaceWorld(t testing.TB) {
	t.Helper()
	err := b.live.Replace(func(m *store.Moment) (*store.Moment, error) {
		index := store.NewIndex(b.blobs)
		for name := range m.State.Buckets {
			index.Create(name)
		}
		return &store.Moment{State: m.State, Index: index}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
