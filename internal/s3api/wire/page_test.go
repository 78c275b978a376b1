//go:build !race

package wire

import "testing"

// TestPageAllocations holds that what a page allocates does not grow with its keys. The race
// detector would count its own.
func TestPageAllocations(t *testing.T) {
	of := func(keys int, l Listing) float64 {
		page := pageOf(keys)
		write(l, page, "<Owner></Owner>")
		return testing.AllocsPerRun(200, func() { write(l, page, "<Owner></Owner>") })
	}
	for _, l := range []Listing{{}, {Encoding: "url"}} {
		few, many := of(10, l), of(PageSize, l)
		if few != many || many > 4 {
			t.Errorf("%+v: a page of 10 keys allocates %v, one of %d %v; 4 are allowed", l, few, PageSize, many)
		}
	}
}
