// Package rounds is for tests alone: how often one draws anew.
package rounds

import "os"

// Of is how many rounds to play: quick of them, enough for every commit, or long,
// which .ci/long asks for with S3FAULT_LONG.
func Of(quick, long int) int {
	if os.Getenv("S3FAULT_LONG") != "" {
		return long
	}
	return quick
}
