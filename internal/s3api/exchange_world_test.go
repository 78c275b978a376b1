package s3api

import (
	"net/http"
	"testing"
	"time"

	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
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

// answers sets how the bench's S3 answers.
func (b *bench) answers(t testing.TB, answers world.Answers) {
	t.Helper()
	state := *b.live.Now().State
	state.Answers = answers
	b.commit(t, store.World{State: &state})
}

// asOf makes the bench's S3 that of a day; its clock stays.
func (b *bench) asOf(t testing.TB, year int, month time.Month, day int) {
	t.Helper()
	b.answers(t, world.NewAnswers(world.ResponsesAWS, time.Date(year, month, day, 0, 0, 0, 0, time.UTC), b.now))
}

// replaceWorld puts an empty Index in the place of the present one.
func (b *bench) replaceWorld(t testing.TB) {
	t.Helper()
	state := b.live.Now().State
	b.commit(t, store.Anew{Moment: &store.Moment{State: state, Index: b.empty(t, state)}})
}

var today = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func awsAnswers() world.Answers { return world.NewAnswers(world.ResponsesAWS, time.Time{}, today) }
func articleAnswers() world.Answers {
	return world.NewAnswers(world.ResponsesArticle, time.Time{}, today)
}
