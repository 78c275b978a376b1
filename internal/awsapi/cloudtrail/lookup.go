package cloudtrail

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/trail"
	"github.com/s3fault/s3fault/internal/world"
)

type lookupAttribute struct {
	AttributeKey   string `aws:",required"`
	AttributeValue string `aws:",required"`
}

type lookupEventsInput struct {
	LookupAttributes []lookupAttribute
	StartTime        *float64
	EndTime          *float64
	EventCategory    string
	MaxResults       *int32
	NextToken        string
}

type event struct {
	EventId         string
	EventName       string
	ReadOnly        string
	AccessKeyId     string `json:",omitempty"`
	EventTime       float64
	EventSource     string
	Username        string     `json:",omitempty"`
	Resources       []resource `json:",omitempty"`
	CloudTrailEvent string
}

type resource struct {
	ResourceType string
	ResourceName string
}

type lookupEventsOutput struct {
	Events    []event
	NextToken string `json:",omitempty"`
}

// The bounds of a look-up (CloudTrail API Reference, "LookupEvents").
const (
	maxResults = 50
	lookBack   = 90 * 24 * time.Hour
)

// attributeValues are what events can be looked up by.
var attributeValues = map[string]func(*trail.Record) []string{
	"EventId":     func(r *trail.Record) []string { return []string{r.EventID} },
	"EventName":   func(r *trail.Record) []string { return []string{r.EventName} },
	"EventSource": func(r *trail.Record) []string { return []string{r.EventSource} },
	"ReadOnly":    func(r *trail.Record) []string { return []string{strconv.FormatBool(r.ReadOnly)} },
	"Username":    func(r *trail.Record) []string { return []string{userOf(r)} },
	"AccessKeyId": func(r *trail.Record) []string { return []string{r.UserIdentity.AccessKeyID} },
	"ResourceType": func(r *trail.Record) []string {
		return valuesOf(r, func(x trail.Resource) []string { return []string{x.Type} })
	},
	"ResourceName": func(r *trail.Record) []string {
		return valuesOf(r, func(x trail.Resource) []string { return []string{x.ARN, nameOf(x)} })
	},
}

func valuesOf(r *trail.Record, of func(trail.Resource) []string) []string {
	var all []string
	for _, x := range r.Resources {
		all = append(all, of(x)...)
	}
	return all
}

// userOf is who is named as the user of an event: a session by its own name.
func userOf(r *trail.Record) string {
	switch i := r.UserIdentity; i.Type {
	case "IAMUser":
		return i.UserName
	case "Root":
		return "root"
	default:
		return world.LastName(i.ARN)
	}
}

// nameOf is a resource's name without the ARN around it.
func nameOf(x trail.Resource) string { return world.LastName(x.ARN) }

// lookupEvents tells the management events of the account in the region, the newest
// first; data events are in log files alone (authorization.md 11).
func lookupEvents(c *awsapi.Call, in *lookupEventsInput) (*lookupEventsOutput, error) {
	wanted, err := in.filter(c.Now)
	if err != nil {
		return nil, err
	}
	var found []*trail.Record
	for _, r := range c.Events.Management(c.CallerAccount(), c.Region()) {
		if wanted(r) {
			found = append(found, r)
		}
	}
	return in.page(found)
}

// filter says which events are looked for. CloudTrail takes one attribute.
func (in *lookupEventsInput) filter(now time.Time) (func(*trail.Record) bool, error) {
	from, to := now.Add(-lookBack), now.Add(time.Second)
	if in.StartTime != nil {
		from = atSecond(*in.StartTime)
	}
	if in.EndTime != nil {
		to = atSecond(*in.EndTime).Add(time.Second)
	}
	switch {
	case from.After(to):
		return nil, awsapi.Refuse("InvalidTimeRangeException", "The start time must be before the end time.")
	case len(in.LookupAttributes) > 1:
		return nil, awsapi.Refuse("InvalidLookupAttributesException", "Only one lookup attribute can be specified.")
	case in.EventCategory != "" && in.EventCategory != "insight":
		return nil, awsapi.Refuse("InvalidEventCategoryException", "The event category %s is not valid.", in.EventCategory)
	}
	has := func(*trail.Record) bool { return in.EventCategory == "" }
	for _, a := range in.LookupAttributes {
		values, known := attributeValues[a.AttributeKey]
		if !known {
			return nil, awsapi.Refuse("InvalidLookupAttributesException", "Invalid lookup attribute: %s.", a.AttributeKey)
		}
		has = func(r *trail.Record) bool {
			for _, v := range values(r) {
				if v == a.AttributeValue {
					return in.EventCategory == ""
				}
			}
			return false
		}
	}
	return func(r *trail.Record) bool { return !r.At.Before(from) && r.At.Before(to) && has(r) }, nil
}

func atSecond(epoch float64) time.Time { return time.Unix(int64(epoch), 0) }

// page is one piece of what was found. A token is the id of the event to go on
// behind, so that newer events move nothing.
func (in *lookupEventsInput) page(found []*trail.Record) (*lookupEventsOutput, error) {
	size := maxResults
	if in.MaxResults != nil {
		if size = int(*in.MaxResults); size < 1 || size > maxResults {
			return nil, awsapi.Refuse("InvalidMaxResultsException", "A max results value of %d is invalid. Specify max results between 1 and %d.", size, maxResults)
		}
	}
	from, err := in.from(found)
	if err != nil {
		return nil, err
	}
	to := min(from+size, len(found))
	out := &lookupEventsOutput{Events: []event{}}
	for _, r := range found[from:to] {
		out.Events = append(out.Events, eventOf(r))
	}
	if to < len(found) {
		out.NextToken = base64.StdEncoding.EncodeToString([]byte(found[to-1].EventID))
	}
	return out, nil
}

func (in *lookupEventsInput) from(found []*trail.Record) (int, error) {
	if in.NextToken == "" {
		return 0, nil
	}
	id, err := base64.StdEncoding.DecodeString(in.NextToken)
	for i, r := range found {
		if err == nil && r.EventID == string(id) {
			return i + 1, nil
		}
	}
	return 0, awsapi.Refuse("InvalidNextTokenException", "Invalid token or parameter values.")
}

func eventOf(r *trail.Record) event {
	e := event{
		EventId: r.EventID, EventName: r.EventName, ReadOnly: strconv.FormatBool(r.ReadOnly), AccessKeyId: r.UserIdentity.AccessKeyID,
		EventTime: awsapi.Epoch(r.At), EventSource: r.EventSource, Username: userOf(r), CloudTrailEvent: string(r.JSON()),
	}
	for _, x := range r.Resources {
		e.Resources = append(e.Resources, resource{x.Type, nameOf(x)})
	}
	return e
}
