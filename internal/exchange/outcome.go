package exchange

import (
	"time"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/fault"
)

// Outcome is what became of a request, in what can be counted. It costs no memory.
type Outcome struct {
	Service, Operation string      // as fault rules name them; an empty Service: S3, Operation: none
	Status             int         // 0: there was no answer
	Layer              authz.Layer // that refused it; empty: none did
	Effect             string      // of the fault rule that made the answer, or else of the last that struck; empty: none
	In, Out            int64       // bytes of the bodies
	Took               time.Duration
	Panicked           bool
}

// Outcome is that of the record, once it is Answered.
func (r *Record) Outcome() Outcome {
	asked := r.operation()
	o := Outcome{Service: asked.Service, Operation: asked.Name, Status: int(r.status), In: r.in}
	_, o.Out, o.Took = r.measured()
	if r.rest == nil {
		return o
	}
	if d := r.Denied(); d != nil {
		o.Layer = d.Cause
	}
	if r.rest.Fault != nil {
		o.Effect = r.rest.Fault.Effect
	}
	o.Panicked = r.rest.Panic != ""
	return o
}

func (r *Record) operation() fault.Operation {
	if r.call != nil {
		return r.call.ForRules().Operation
	}
	return r.kept.like.operation
}
