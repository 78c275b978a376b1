// Package grades holds the tests of grading, over the control plane of a real server: cures
// that are too wide, honest ones, and the whole library.
package grades
