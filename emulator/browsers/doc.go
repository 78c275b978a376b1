// Package browsers is, for tests alone, what browsers see: preflights and the headers of
// CORS, websites, and a real Chromium whose pages upload to a bucket of another origin.
package browsers
