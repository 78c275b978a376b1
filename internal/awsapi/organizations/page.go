package organizations

import "github.com/s3fault/s3fault/internal/awsapi"

// pageInput is how a list is asked for piece by piece.
type pageInput struct {
	NextToken  string
	MaxResults *int32
}

// maxResults is the most of one piece (Organizations API Reference).
const maxResults = 20

// paged is one piece of a list and the token of the next; empty: it is the last.
func paged[T any](list []T, in *pageInput) ([]T, string, error) {
	size := maxResults
	if in.MaxResults != nil {
		if size = int(*in.MaxResults); size < 1 || size > maxResults {
			return nil, "", invalid("MAX_VALUE_EXCEEDED", "You provided a MaxResults value that is not between 1 and %d.", maxResults)
		}
	}
	piece, next, ok := awsapi.Piece(list, size, in.NextToken)
	if !ok {
		return nil, "", invalid("INVALID_NEXT_TOKEN", "You provided a NextToken that is not valid.")
	}
	return piece, next, nil
}
