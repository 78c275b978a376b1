package configuration

import (
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/s3fault/s3fault/internal/lifecycle/rules"
	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/world"
)

// MinimumSizeHeader says which objects are too small to be transitioned.
const MinimumSizeHeader = "x-amz-transition-default-minimum-object-size"

// Lifecycle is what becomes of a bucket's objects as time goes by (S3 API Reference,
// "PutBucketLifecycleConfiguration").
var Lifecycle = Kind[world.Lifecycle]{
	Of:    func(b *world.Bucket) **world.Lifecycle { return &b.Lifecycle },
	Read:  readLifecycle,
	Write: writeLifecycle,
	None:  s3err.NoSuchLifecycleConfiguration,
	Told: func(l *world.Lifecycle, h http.Header) {
		if l.MinimumSize != "" {
			h.Set(MinimumSizeHeader, string(l.MinimumSize))
		}
	},
	Digested: LacksMD5,
}

type lifecycleXML struct {
	XMLName xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ LifecycleConfiguration"`
	lifecycleRules
}

type lifecycleRules struct {
	Rules []ruleXML `xml:"Rule"`
}

// ruleXML is a rule in the order in which S3 writes it.
type ruleXML struct {
	ID                   string
	Prefix               *string    `xml:",omitempty"`
	Filter               *filterXML `xml:",omitempty"`
	Status               string
	Transitions          []transitionXML           `xml:"Transition"`
	Expiration           *expirationXML            `xml:",omitempty"`
	NoncurrentMoves      []noncurrentTransitionXML `xml:"NoncurrentVersionTransition"`
	NoncurrentExpiration *noncurrentXML            `xml:"NoncurrentVersionExpiration"`
	Abort                *abortXML                 `xml:"AbortIncompleteMultipartUpload"`
}

type filterXML struct {
	predicatesXML
	And *predicatesXML `xml:",omitempty"`
}

type predicatesXML struct {
	Prefix                *string `xml:",omitempty"`
	Tags                  []tag   `xml:"Tag"`
	ObjectSizeGreaterThan *int64  `xml:",omitempty"`
	ObjectSizeLessThan    *int64  `xml:",omitempty"`
}

type tag = wire.TagXML

type expirationXML struct {
	Date                      string   `xml:",omitempty"`
	Days                      *integer `xml:",omitempty"`
	ExpiredObjectDeleteMarker *bool    `xml:",omitempty"`
}

type transitionXML struct {
	Date         string   `xml:",omitempty"`
	Days         *integer `xml:",omitempty"`
	StorageClass string
}

type noncurrentXML struct {
	NoncurrentDays          *integer `xml:",omitempty"`
	NewerNoncurrentVersions *integer `xml:",omitempty"`
}

type noncurrentTransitionXML struct {
	noncurrentXML
	StorageClass string
}

type abortXML struct{ DaysAfterInitiation *integer }

func readLifecycle(text []byte) (*world.Lifecycle, error) {
	body, err := read[lifecycleRules]("LifecycleConfiguration", text)
	if err != nil {
		return nil, err
	}
	l := &world.Lifecycle{}
	for i := range body.Rules {
		r, err := body.Rules[i].rule()
		if err != nil {
			return nil, err
		}
		l.Rules = append(l.Rules, *r)
	}
	if err := rules.Check(l); err != nil {
		return nil, err
	}
	for i := range l.Rules {
		if l.Rules[i].ID == "" {
			l.Rules[i].ID = rules.NewID(string(text) + strconv.Itoa(i))
		}
	}
	return l, nil
}

func malformed() error { return s3err.New(s3err.MalformedXML) }

// rule is the rule that the element means. Error: it is none of S3's schema.
func (x *ruleXML) rule() (*world.LifecycleRule, error) {
	r := &world.LifecycleRule{ID: x.ID, Enabled: x.Status == "Enabled", RulePrefix: x.Prefix}
	if !r.Enabled && x.Status != "Disabled" || (x.Prefix == nil) == (x.Filter == nil) {
		return nil, malformed()
	}
	var err error
	if x.Filter != nil {
		if r.Filter, err = x.Filter.filter(); err != nil {
			return nil, err
		}
	}
	if e := x.Expiration; e != nil {
		r.Expiration = &world.LifecycleExpiration{Days: (*int)(e.Days), Marker: e.ExpiredObjectDeleteMarker}
		if r.Expiration.Date, err = readDate(e.Date); err != nil {
			return nil, err
		}
	}
	for _, t := range x.Transitions {
		at, err := readDate(t.Date)
		if err != nil {
			return nil, err
		}
		r.Transitions = append(r.Transitions, world.LifecycleTransition{
			Days: (*int)(t.Days), Date: at, StorageClass: t.StorageClass})
	}
	if n := x.NoncurrentExpiration; n != nil {
		r.NoncurrentExpiration = &world.NoncurrentExpiration{
			Days: (*int)(n.NoncurrentDays), Newer: (*int)(n.NewerNoncurrentVersions)}
	}
	for _, t := range x.NoncurrentMoves {
		r.NoncurrentTransitions = append(r.NoncurrentTransitions, world.NoncurrentTransition{
			Days: (*int)(t.NoncurrentDays), Newer: (*int)(t.NewerNoncurrentVersions), StorageClass: t.StorageClass})
	}
	if a := x.Abort; a != nil {
		if r.AbortIncompleteUploads = (*int)(a.DaysAfterInitiation); a.DaysAfterInitiation == nil {
			return nil, malformed()
		}
	}
	return r, nil
}

func readDate(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil && !t.IsZero() {
			return t.UTC(), nil
		}
	}
	return time.Time{}, malformed()
}

// filter has one predicate, or none, or several inside And.
func (x *filterXML) filter() (world.LifecycleFilter, error) {
	f, err := x.predicates()
	if err != nil || x.And == nil {
		if f.Predicates() > 1 {
			err = malformed()
		}
		return f, err
	}
	if f.Predicates() > 0 {
		return f, malformed()
	}
	if f, err = x.And.predicates(); err == nil && f.Predicates() < 2 {
		err = malformed()
	}
	return f, err
}

func (x *predicatesXML) predicates() (world.LifecycleFilter, error) {
	f := world.LifecycleFilter{Prefix: x.Prefix, Larger: x.ObjectSizeGreaterThan, Smaller: x.ObjectSizeLessThan}
	if wire.Half(x.Tags) {
		return f, malformed()
	}
	for _, t := range x.Tags {
		if _, twice := f.Tags[*t.Key]; twice {
			return f, s3err.New(s3err.InvalidRequest).WithMessage("Duplicate Tag Keys are not allowed.")
		}
		if f.Tags == nil {
			f.Tags = map[string]string{}
		}
		f.Tags[*t.Key] = *t.Value
	}
	return f, nil
}

func writeLifecycle(l *world.Lifecycle) any {
	var document lifecycleXML
	for i := range l.Rules {
		document.Rules = append(document.Rules, ruleOf(&l.Rules[i]))
	}
	return document
}

func ruleOf(r *world.LifecycleRule) ruleXML {
	x := ruleXML{ID: r.ID, Prefix: r.RulePrefix, Status: "Disabled"}
	if r.Enabled {
		x.Status = "Enabled"
	}
	if r.RulePrefix == nil {
		x.Filter = filterOf(&r.Filter)
	}
	if e := r.Expiration; e != nil {
		x.Expiration = &expirationXML{writeDate(e.Date), (*integer)(e.Days), e.Marker}
	}
	for _, t := range r.Transitions {
		x.Transitions = append(x.Transitions, transitionXML{writeDate(t.Date), (*integer)(t.Days), t.StorageClass})
	}
	if n := r.NoncurrentExpiration; n != nil {
		x.NoncurrentExpiration = &noncurrentXML{(*integer)(n.Days), (*integer)(n.Newer)}
	}
	for _, t := range r.NoncurrentTransitions {
		x.NoncurrentMoves = append(x.NoncurrentMoves,
			noncurrentTransitionXML{noncurrentXML{(*integer)(t.Days), (*integer)(t.Newer)}, t.StorageClass})
	}
	if r.AbortIncompleteUploads != nil {
		x.Abort = &abortXML{(*integer)(r.AbortIncompleteUploads)}
	}
	return x
}

func writeDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return wire.ISOTime(t)
}

func filterOf(f *world.LifecycleFilter) *filterXML {
	p := predicatesXML{Prefix: f.Prefix, ObjectSizeGreaterThan: f.Larger, ObjectSizeLessThan: f.Smaller}
	for _, key := range slices.Sorted(maps.Keys(f.Tags)) {
		value := f.Tags[key]
		p.Tags = append(p.Tags, tag{Key: &key, Value: &value})
	}
	if f.Predicates() > 1 {
		return &filterXML{And: &p}
	}
	return &filterXML{predicatesXML: p}
}
