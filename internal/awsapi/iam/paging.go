package iam

import (
	"encoding/base64"
	"slices"
	"strconv"

	"github.com/s3fault/s3fault/internal/awsapi"
)

// paging is what a listing can be asked for, cut what it says of having been cut
// short.
type (
	paging struct {
		Marker   string
		MaxItems *int32
	}
	cut struct {
		IsTruncated bool
		Marker      string `xml:",omitempty"`
	}
)

// usualItems and mostItems bound one page of a listing (IAM API Reference, MaxItems).
const (
	usualItems = 100
	mostItems  = 1000
)

// page is the part of a list that is asked for. The marker names the last element
// of the page before, so that a list may change between two pages; key must order
// the list.
func page[T any](c *awsapi.Call, p paging, list []T, key func(T) string) ([]T, cut, error) {
	most := usualItems
	if p.MaxItems != nil {
		most = int(*p.MaxItems)
	}
	if most < 1 || most > mostItems {
		return nil, cut{}, c.Invalid("MaxItems", most, "Member must have value between 1 and "+decimal(mostItems))
	}
	if p.Marker != "" {
		after, err := base64.RawURLEncoding.DecodeString(p.Marker)
		if err != nil {
			return nil, cut{}, awsapi.Refuse("ValidationError", "Invalid Marker: %s", p.Marker)
		}
		start := slices.IndexFunc(list, func(e T) bool { return key(e) > string(after) })
		if start < 0 {
			start = len(list)
		}
		list = list[start:]
	}
	if len(list) <= most {
		return list, cut{}, nil
	}
	last := key(list[most-1])
	return list[:most], cut{true, base64.RawURLEncoding.EncodeToString([]byte(last))}, nil
}

func decimal(n int) string { return strconv.Itoa(n) }
