// Package model is, for tests alone, a bucket as the documentation of S3 describes it,
// written without a line of the emulator's: random sequences of operations are held
// against it.
package model
