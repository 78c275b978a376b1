package play

import (
	"context"

	"github.com/s3fault/s3fault/scenarios"
)

// Taken is a call of a list as it was answered one time.
type Taken struct {
	Call scenarios.Call
	Want scenarios.Want // this time, with the player's responses
	Saw  int            // the status; 0: no answer came
	Code string         // of the error; empty: it is none, or has none
	// Differences are what is not as wanted. Layers and statements are not asked for.
	Differences []Mismatch
}

// Take plays a list and tells of each answer, of a call that is sent several times of each
// time. Which layer refused, by which statement and in which words, is left out: another
// world may refuse the same for another reason. It ends with the first call that cannot be
// sent, with that error.
func (p *Player) Take(ctx context.Context, list []scenarios.Call) ([]Taken, error) {
	r := p.begin()
	var all []Taken
	for _, c := range list {
		if !c.Sends() {
			if err := r.turn(ctx, c); err != nil {
				return all, err
			}
		}
		for _, want := range c.Each() {
			t, err := r.take(ctx, c, want.In(p.Responses))
			if err != nil {
				return all, err
			}
			all = append(all, t)
		}
	}
	return all, nil
}

// take sends a call one time. What was to be saved and is not there is no error: the answer
// is another than was wanted, and tells so.
func (r *run) take(ctx context.Context, c scenarios.Call, want scenarios.Want) (Taken, error) {
	want.Layer, want.Statement, want.Message = "", "", ""
	request, err := r.request(ctx, r.filled(c))
	if err != nil {
		return Taken{}, err
	}
	seen, err := r.send(request, r.patienceFor(want))
	if err != nil {
		return Taken{}, err
	}
	_ = r.save(c.Save, seen)
	return Taken{c, want, seen.status, seen.code, compare(want, seen)}, nil
}
