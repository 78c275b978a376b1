package s3api

import (
	"net/http"
	"strconv"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

const (
	lockEvent      = "x-amz-object-lock-event-hold"
	lockEventDays  = "x-amz-object-lock-event-hold-duration-days"
	lockEventYears = "x-amz-object-lock-event-hold-duration-years"
)

// The longest retention, and the longest event hold (S3 API Reference,
// "DefaultRetention", "EventHoldDuration").
const maxRetentionDays, maxRetentionYears = 36500, 100

// eventTerms is what a request sets of an event hold, as it was sent.
type eventTerms struct{ status, days, years string }

// eventNames are what the terms are called where they stand, for error texts.
type eventNames struct{ status, days, years string }

var (
	eventInHeaders = eventNames{lockEvent, lockEventDays, lockEventYears}
	eventInBody    = eventNames{"EventHold", "Days", "Years"}
)

// eventHeaders are the terms of the headers, which before their day are headers like any
// that S3 does not know.
func eventHeaders(of wire.Header, answers world.Answers) eventTerms {
	if !answers.Has(world.EventHolds) {
		return eventTerms{}
	}
	return eventTerms{of(lockEvent), of(lockEventDays), of(lockEventYears)}
}

// conditions are the keys by which policies see the terms: those of the request alone,
// and a year as 365 days (S3 User Guide, "Object Lock considerations"). They give no
// s3:object-lock-remaining-retention-days, which stays that of a date [unsure].
func (t eventTerms) conditions() []condition {
	var found []condition
	if t.status != "" {
		found = append(found, condition{"s3:object-lock-event-hold", []string{t.status}})
	}
	if hold, ok := t.duration(); ok {
		found = append(found, condition{"s3:object-lock-event-hold-duration-days", []string{strconv.Itoa(hold.InDays())}})
	}
	return found
}

// duration is that of the terms, if they have one, and one that can be read.
func (t eventTerms) duration() (world.EventHold, bool) {
	if (t.days == "") == (t.years == "") {
		return world.EventHold{}, false
	}
	n, err := strconv.Atoi(t.days + t.years)
	most, hold := maxRetentionDays, world.EventHold{Days: n}
	if t.years != "" {
		most, hold = maxRetentionYears, world.EventHold{Years: n}
	}
	return hold, err == nil && n >= 1 && n <= most
}

// read is the event hold that the terms put on; zero: none, or they take one off. That
// S3 refuses what is refused here is documented, and its words are not: all of them
// are [unsure].
func (t eventTerms) read(names eventNames) (world.EventHold, error) {
	hold, ok := t.duration()
	given := t.days + t.years
	switch {
	case t.status != "" && t.status != holdOn && t.status != holdOff:
		return hold, s3err.Argument("Event Hold must be either of 'ON' or 'OFF'", names.status, t.status)
	case t.status != holdOn && given != "":
		return hold, lockRefused(names.status, "An event hold duration can only be supplied with an event hold that is ON")
	case t.status != holdOn:
		return world.EventHold{}, nil
	case (t.days == "") == (t.years == ""):
		return hold, lockRefused(names.days, "An event hold that is ON requires a duration, either in days or in years")
	case !ok:
		name, most := names.days, maxRetentionDays
		if t.years != "" {
			name, most = names.years, maxRetentionYears
		}
		return hold, s3err.Argument(
			"Event hold duration must be an integer between 1 and "+strconv.Itoa(most)+", inclusive", name, given)
	}
	return hold, nil
}

// noDate refuses to release an event hold where no retain-until date comes of it.
func noDate(names eventNames) error {
	return lockRefused(names.status, "An event hold that is OFF requires a retain until date")
}

// tellEvent tells of an object's event hold; of its length, only while it is on (S3 API
// Reference, "GetObject").
func tellEvent(h http.Header, r store.Retention) {
	if status := eventStatus(r); status != "" {
		h.Set(lockEvent, status)
	}
	if r.EventHold.Days != 0 {
		h.Set(lockEventDays, strconv.Itoa(r.EventHold.Days))
	}
	if r.EventHold.Years != 0 {
		h.Set(lockEventYears, strconv.Itoa(r.EventHold.Years))
	}
}

// eventStatus is OFF for a hold that was taken off, and empty where there never was one,
// as S3 has it of legal holds [unsure].
func eventStatus(r store.Retention) string {
	switch {
	case r.EventHold.On():
		return holdOn
	case r.HoldReleased:
		return holdOff
	}
	return ""
}

// holdXML is the length of an event hold.
type holdXML struct {
	Days  *int `xml:",omitempty"`
	Years *int `xml:",omitempty"`
}

// holdOf writes the length of an event hold; nil: there is none.
func holdOf(h world.EventHold) *holdXML {
	var x holdXML
	switch {
	case h.Days != 0:
		x.Days = &h.Days
	case h.Years != 0:
		x.Years = &h.Years
	default:
		return nil
	}
	return &x
}

// terms are those of the element, with the status.
func (x *holdXML) terms(status string) eventTerms {
	t := eventTerms{status: status}
	if x == nil {
		return t
	}
	if x.Days != nil {
		t.days = strconv.Itoa(*x.Days)
	}
	if x.Years != nil {
		t.years = strconv.Itoa(*x.Years)
	}
	return t
}
