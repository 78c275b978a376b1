package configuration

import (
	"strings"

	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// read reads one: first its form, then filter, events and ARN, which S3 reads whether it
// is told to look at the destination or not (recorded).
func (x *destinationXML) read(s service) (d world.NotificationDestination, err error) {
	at := s.of(x)
	if at == nil || *at == "" || len(x.Events) == 0 || x.another(s) {
		return d, s3err.New(s3err.MalformedXML)
	}
	d = world.NotificationDestination{ID: x.ID, ARN: *at, Events: x.Events}
	if err := x.Filter.read(&d); err != nil {
		return d, err
	}
	if flaw := d.Flaw(); flaw != nil {
		return d, refused(flaw)
	}
	arn := strings.SplitN(d.ARN, ":", 6)
	if len(arn) < 6 || arn[0] != "arn" || arn[2] != s.inARN || arn[3] == "" || arn[4] == "" || arn[5] == "" {
		return d, s3err.Argument("The ARN could not be parsed", s.name, d.ARN)
	}
	if d.ID == "" {
		d.ID = newID()
	}
	return d, nil
}

// another says that it has what only another kind of destination has.
func (x *destinationXML) another(s service) bool {
	for _, other := range []service{topics, queues, functions} {
		if other.name != s.name && other.of(x) != nil {
			return true
		}
	}
	return x.Role != nil && s.name != functions.name
}
