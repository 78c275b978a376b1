package organizations

import (
	"encoding/base64"
	"strconv"

	"github.com/s3fault/s3fault/internal/awsapi"
)

// pageInput is how a list is asked for piece by piece.
type pageInput struct {
	NextToken  string
	MaxResults *int32
}

// maxResults is the most of one piece (Organizations API Reference).
const maxResults = 20

// paged is one piece of a list and the token of the next; empty: it is the last.
// A token is the place in the list.
func paged[T any](list []T, in *pageInput) ([]T, string, *awsapi.Error) {
	size, from := maxResults, 0
	if in.MaxResults != nil {
		if size = int(*in.MaxResults); size < 1 || size > maxResults {
			return nil, "", invalid("MAX_VALUE_EXCEEDED", "You provided a MaxResults value that is not between 1 and %d.", maxResults)
		}
	}
	if in.NextToken != "" {
		decoded, err := base64.StdEncoding.DecodeString(in.NextToken)
		if err == nil {
			from, err = strconv.Atoi(string(decoded))
		}
		if err != nil || from < 0 || from > len(list) {
			return nil, "", invalid("INVALID_NEXT_TOKEN", "You provided a NextToken that is not valid.")
		}
	}
	to := min(from+size, len(list))
	next := ""
	if to < len(list) {
		next = base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(to)))
	}
	return list[from:to], next, nil
}
