package awsapi

import (
	"encoding/base64"
	"strconv"
)

// Piece is at most size elements of a list, from where the token says, and the token of
// the next piece; empty: there is none. A token is a place in the list: this is for
// lists that do not change from piece to piece. A token that was made up is not ok, and
// counts for nothing.
func Piece[T any](list []T, size int, token string) (piece []T, next string, ok bool) {
	from, ok := readPlace(token, len(list))
	to := min(from+size, len(list))
	if to < len(list) {
		next = base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(to)))
	}
	return list[from:to], next, ok
}

func readPlace(token string, length int) (place int, ok bool) {
	if token == "" {
		return 0, true
	}
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		place, err = strconv.Atoi(string(text))
	}
	if err != nil || place < 0 || place > length {
		return 0, false
	}
	return place, true
}
