// Package faults is, for tests alone, what fault rules do to requests: to what the wire
// carries, to what the bucket holds after, and to what the journal says.
package faults
