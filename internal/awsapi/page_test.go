package awsapi

import (
	"slices"
	"testing"
)

func TestPiece(t *testing.T) {
	list := []int{0, 1, 2, 3, 4, 5, 6}
	var got, sizes []int
	for token, more := "", true; more; {
		piece, next, ok := Piece(list, 3, token)
		if !ok {
			t.Fatalf("the token %q is not known", token)
		}
		got, sizes = append(got, piece...), append(sizes, len(piece))
		token, more = next, next != ""
	}
	if !slices.Equal(got, list) || !slices.Equal(sizes, []int{3, 3, 1}) {
		t.Errorf("pieces of %v: %v", sizes, got)
	}
	for _, madeUp := range []string{"made up", "LTE", "OTk5", "eA"} { // the second is -1, the third 999
		if piece, _, ok := Piece(list, 3, madeUp); ok || piece[0] != 0 {
			t.Errorf("%q leads to %v", madeUp, piece)
		}
	}
}
