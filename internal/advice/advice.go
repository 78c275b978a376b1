// Package advice says what would let a refused request pass, in the order in which an
// expert would think of it: the program's part, a value that is wrong by a hair, a
// missing grant, a guard that gives way. It proposes; what a change does is found out by
// putting the request's questions to a copy of the world that has it.
package advice

import (
	"context"
	"net/http"
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/build"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/sigv4"
)

// Outcome is how a world answers the questions of the refused request.
type Outcome struct {
	Moment    *store.Moment
	Caller    *world.Caller // nil: nobody that the world knows
	Questions []*authz.Request
	Decisions []authz.Decision // an answer to each question
	Made      Made
	Now       time.Time // of the world
}

// Made is how the request was made.
type Made struct {
	HTTP      *http.Request    // its line and headers; nil: nobody says
	Body      []byte           // the document that it sends, where that is at hand
	Presented *sigv4.Presented // nil: it was not signed
	Unproved  error            // why its signer did not prove who it is
	Misformed error            // why a form's own policy does not let it through
	Diagnosis sigv4.Diagnosis  // what a signature that did not match was made for
}

// Case is a refused request that can be put to other worlds.
type Case interface {
	// Decide puts it to the world as a try has it; the zero Try is the request as it was
	// made, in its world. What Outcome.Moment holds is good until the Case is closed. Errors:
	// those of the patch; the request cannot be put.
	Decide(Try) (*Outcome, error)
}

// Try is a request, made in another way, in a world with other facts.
type Try struct {
	Patch   journal.Patch
	Request journal.Remake
}

// On looks for the changes, until it is called off. Errors: those of the world as it is; that of the context.
func On(ctx context.Context, c Case) (*journal.Advice, error) {
	now, err := c.Decide(Try{})
	if err != nil {
		return nil, err
	}
	s := &search{off: ctx.Err, of: c, now: now, first: now, enough: map[string]bool{}}
	a := s.advise()
	if err := ctx.Err(); err != nil {
		return nil, err // what was not tried may have been better
	}
	return a, nil
}

// question is the one that a decision of the outcome answers; nil: the decision is of none.
func (s *search) question(d *authz.Decision) *authz.Request {
	for i := range s.now.Questions {
		if &s.now.Decisions[i] == d {
			return s.now.Questions[i]
		}
	}
	return nil
}

// at is a patch that puts a value at a path.
func at(value any, path build.Path) journal.Patch {
	for i := len(path) - 1; i >= 0; i-- {
		value = journal.Patch{path[i]: value}
	}
	return value.(journal.Patch)
}
