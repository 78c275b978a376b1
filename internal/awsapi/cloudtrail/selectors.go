package cloudtrail

import (
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/awsapi"
	"github.com/s3fault/s3fault/internal/world"
)

type dataResource struct {
	Type   string
	Values []string
}

type eventSelector struct {
	ReadWriteType                 string
	IncludeManagementEvents       *bool
	DataResources                 []dataResource
	ExcludeManagementEventSources []string
}

type putEventSelectorsInput struct {
	TrailName              string `aws:",required"`
	EventSelectors         []eventSelector
	AdvancedEventSelectors []advancedEventSelector
}

// advancedEventSelector is read to be refused by name.
type advancedEventSelector struct{ Name string }

func (in *putEventSelectorsInput) trail() string { return in.TrailName }

type eventSelectorsOutput struct {
	TrailARN       string
	EventSelectors []eventSelector
}

// s3Objects is the type of the data events that trails here can have.
const s3Objects = "AWS::S3::Object"

// maxSelectors is how many a trail has at most (CloudTrail API Reference,
// "PutEventSelectors").
const maxSelectors = 5

func putEventSelectors(c *awsapi.Call, in *putEventSelectorsInput) (*eventSelectorsOutput, error) {
	t, err := named(c, in.TrailName)
	if err != nil {
		return nil, err
	}
	selectors, err := in.selectors()
	if err != nil {
		return nil, err
	}
	err = change(c, t, func(t *world.Trail) { t.Selectors = selectors })
	return &eventSelectorsOutput{t.ARN(), told(selectors)}, err
}

func invalid(format string, args ...any) error {
	return awsapi.Refuse("InvalidEventSelectorsException", format, args...)
}

func (in *putEventSelectorsInput) selectors() ([]world.EventSelector, error) {
	switch {
	case len(in.AdvancedEventSelectors) > 0:
		return nil, invalid("s3fault has no advanced event selectors. Use EventSelectors.")
	case len(in.EventSelectors) == 0:
		return nil, awsapi.Refuse("InvalidParameterCombinationException", "Either EventSelectors or AdvancedEventSelectors must be specified.")
	case len(in.EventSelectors) > maxSelectors:
		return nil, invalid("The number of event selectors exceeds the limit of %d.", maxSelectors)
	}
	var all []world.EventSelector
	for i := range in.EventSelectors {
		s, err := in.EventSelectors[i].selector()
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func (s *eventSelector) selector() (world.EventSelector, error) {
	made := world.EventSelector{ReadWrite: s.ReadWriteType, Management: s.IncludeManagementEvents == nil || *s.IncludeManagementEvents}
	switch s.ReadWriteType {
	case "":
		made.ReadWrite = world.ReadWriteAll
	case world.ReadWriteAll, world.ReadOnly, world.WriteOnly:
	default:
		return made, invalid("The value %s is not valid for ReadWriteType. Valid values are ReadOnly, WriteOnly and All.", s.ReadWriteType)
	}
	for _, d := range s.DataResources {
		if d.Type != s3Objects {
			return made, invalid("Value %s for DataResources.Type is not one of s3fault's: %s.", d.Type, s3Objects)
		}
		for _, value := range d.Values {
			if !strings.HasPrefix(value, "arn:aws:s3") || strings.HasPrefix(value, "arn:aws:s3:::") && !strings.Contains(value[len("arn:aws:s3:::"):], "/") && value != "arn:aws:s3:::" {
				return made, invalid("Value %s for DataResources.Values is invalid.", value)
			}
			made.DataEvents = append(made.DataEvents, value)
		}
	}
	return made, nil
}

// told are selectors as CloudTrail gives them back.
func told(selectors []world.EventSelector) []eventSelector {
	all := []eventSelector{}
	for i := range selectors {
		s := &selectors[i]
		one := eventSelector{ReadWriteType: s.ReadWrite, IncludeManagementEvents: &s.Management, DataResources: []dataResource{}, ExcludeManagementEventSources: []string{}}
		if len(s.DataEvents) > 0 {
			one.DataResources = append(one.DataResources, dataResource{s3Objects, s.DataEvents})
		}
		all = append(all, one)
	}
	return all
}

func isDefault(selectors []world.EventSelector) bool {
	return slices.EqualFunc(selectors, world.DefaultSelectors, func(a, b world.EventSelector) bool {
		return a.ReadWrite == b.ReadWrite && a.Management == b.Management && len(a.DataEvents) == len(b.DataEvents)
	})
}

type getEventSelectorsInput struct {
	TrailName string `aws:",required"`
}

func (in *getEventSelectorsInput) trail() string { return in.TrailName }

func getEventSelectors(c *awsapi.Call, in *getEventSelectorsInput) (*eventSelectorsOutput, error) {
	t, err := named(c, in.TrailName)
	if err != nil {
		return nil, err
	}
	return &eventSelectorsOutput{t.ARN(), told(t.Selectors)}, nil
}
