package kms

import (
	"encoding/base64"
	"sort"

	"github.com/s3fault/s3fault/internal/awsapi"
)

// piece is where a list is asked for piece by piece.
type piece struct {
	Limit  *int
	Marker string
}

// more says whether there is a next piece.
type more struct {
	NextMarker string `json:",omitempty"`
	Truncated  bool
}

// Markers are the name of the last element before the piece, behind a letter by
// which they are known.
const markerMark = "m"

const maxLimit = 1000

// page is one piece of a list that is in order of its elements' names: usual long
// unless the call says otherwise, and at most longest.
func page[T any](c *awsapi.Call, all []T, name func(*T) string, in *piece, usual, longest int) ([]T, more, error) {
	limit, from := usual, 0
	if in.Limit != nil {
		limit = *in.Limit
	}
	if in.Marker != "" {
		last, ok := readMarker(in.Marker)
		if !ok {
			return nil, more{}, awsapi.Refuse("InvalidMarkerException", "Invalid Marker")
		}
		from = sort.Search(len(all), func(i int) bool { return name(&all[i]) > last })
	}
	to := min(from+min(limit, longest), len(all))
	if to == len(all) {
		return all[from:to], more{}, nil
	}
	return all[from:to], more{writeMarker(name(&all[to-1])), true}, nil
}

func writeMarker(last string) string {
	return base64.StdEncoding.EncodeToString([]byte(markerMark + last))
}

func readMarker(marker string) (last string, ok bool) {
	b, err := base64.StdEncoding.DecodeString(marker)
	if err != nil || len(b) < 2 || string(b[:1]) != markerMark {
		return "", false
	}
	return string(b[1:]), true
}

type listKeysInput struct{ piece }

type keyListEntry struct {
	KeyId  string
	KeyArn string
}

type listKeysOutput struct {
	Keys []keyListEntry
	more
}

func listKeys(c *awsapi.Call, in *listKeysInput) (*listKeysOutput, error) {
	var all []keyListEntry
	for _, k := range c.State().KeysOf(c.CallerAccount(), c.Region()) {
		all = append(all, keyListEntry{k.ID, k.ARN})
	}
	keys, more, err := page(c, all, func(k *keyListEntry) string { return k.KeyId }, &in.piece, 100, maxLimit)
	return &listKeysOutput{list(keys), more}, err
}

// list is never null in the answer.
func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}
