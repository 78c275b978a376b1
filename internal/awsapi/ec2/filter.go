package ec2

import (
	"encoding/base64"
	"slices"
	"sort"
	"strings"

	"github.com/s3fault/s3fault/internal/awsapi"
)

// filter is a condition on what is described: one of its values must be one of the
// thing's, with * and ? for any characters.
type filter struct {
	Name   string
	Values []string `aws:"Value"`
}

// attributes are what filters can ask of a kind of thing, by their names. One that
// nothing in this world has is nil.
type attributes[T any] map[string]func(T) []string

// tagPrefix is how a filter for a tag's value begins; the tag's key follows.
const tagPrefix = "tag:"

// matching is the things that meet every filter.
func matching[T any](all []T, by []filter, known attributes[T], tags func(T) map[string]string) ([]T, error) {
	for _, f := range by {
		values, err := known.of(f.Name, tags)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(t T) bool { return !f.meets(values(t)) })
	}
	return all, nil
}

// of is the values that a filter of that name asks for.
func (a attributes[T]) of(name string, tags func(T) map[string]string) (func(T) []string, error) {
	if key, ok := strings.CutPrefix(name, tagPrefix); ok {
		return func(t T) []string {
			if value, ok := tags(t)[key]; ok {
				return []string{value}
			}
			return nil
		}, nil
	}
	values, ok := a[name]
	switch {
	case !ok:
		return nil, awsapi.Refuse("InvalidParameterValue", "The filter '%s' is invalid", name)
	case values == nil:
		return func(T) []string { return nil }, nil
	}
	return values, nil
}

func (f *filter) meets(values []string) bool {
	for _, v := range values {
		if slices.ContainsFunc(f.Values, func(pattern string) bool { return like(pattern, v) }) {
			return true
		}
	}
	return false
}

// like says whether a text fits a pattern with * and ?; a backslash takes away what
// is special about the next character.
func like(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		literal, width := charAt(pattern, p)
		switch {
		case width == 1 && literal == '*':
			star, mark = p, t
			p++
		case width > 0 && (width == 1 && literal == '?' || literal == text[t]):
			p += width
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// charAt is the character of a pattern at a place, and how many bytes it takes: two
// after a backslash, none at the end.
func charAt(pattern string, at int) (char byte, width int) {
	switch {
	case at >= len(pattern):
		return 0, 0
	case pattern[at] == '\\' && at+1 < len(pattern):
		return pattern[at+1], 2
	}
	return pattern[at], 1
}

// piece is where a list is asked for piece by piece.
type piece struct {
	least, most int
	size        *int
	token       string
}

// page is one piece of a list that is in order of ids, and the token of the next;
// empty: it is the last.
func page[T any](all []T, id func(T) string, in piece) ([]T, string, error) {
	size, from := in.most, 0
	if in.size != nil {
		size = *in.size
	}
	if size < in.least {
		return nil, "", awsapi.Refuse("InvalidParameterValue", "Value ( %d ) for parameter maxResults is invalid. Expecting a value greater than or equal to %d.", size, in.least)
	}
	if in.token != "" {
		last, err := base64.StdEncoding.DecodeString(in.token)
		if err != nil || len(last) == 0 {
			return nil, "", awsapi.Refuse("InvalidNextToken", "The token '%s' is invalid", in.token)
		}
		from = sort.Search(len(all), func(i int) bool { return id(all[i]) > string(last) })
	}
	to := min(from+min(size, in.most), len(all))
	if to == len(all) {
		return all[from:to], "", nil
	}
	return all[from:to], base64.StdEncoding.EncodeToString([]byte(id(all[to-1]))), nil
}

// notBoth refuses a page of what is named one by one.
func notBoth(ids []string, parameter string, size *int) error {
	if len(ids) == 0 || size == nil {
		return nil
	}
	return awsapi.Refuse("InvalidParameterCombination", "The parameter %s cannot be used with the parameter maxResults", parameter)
}
