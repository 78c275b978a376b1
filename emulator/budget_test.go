//go:build !race

package emulator_test

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"testing"
)

// What a request of 1 KiB may allocate at the most, client and server together, over
// what the same request to a bare handler of net/http does.
const (
	getBudget = 38
	putBudget = 50
)

// TestAllocations counts exactly; the race detector would count its own.
func TestAllocations(t *testing.T) {
	body := bytes.Repeat([]byte{'s'}, 1<<10)
	reads := bare(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
	forgets := bare(t, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	s3fault := connect(t)
	put := s3fault.allocations(t, http.MethodPut, body) - forgets.allocations(t, http.MethodPut, body)
	get := s3fault.allocations(t, http.MethodGet, nil) - reads.allocations(t, http.MethodGet, nil)
	t.Logf("over a bare handler: GET %v of %d, PUT %v of %d", get, getBudget, put, putBudget)
	if get > getBudget {
		t.Errorf("GET allocates %v, %d are allowed", get, getBudget)
	}
	if put > putBudget {
		t.Errorf("PUT allocates %v, %d are allowed", put, putBudget)
	}
}

// allocations is what one request of that kind allocates.
func (c *connection) allocations(t *testing.T, method string, body []byte) float64 {
	t.Helper()
	signed := c.sign(t, method, body)
	for range 100 { // pools and maps reach their size
		c.send(t, signed, body)
	}
	return testing.AllocsPerRun(400, func() { c.send(t, signed, body) })
}
