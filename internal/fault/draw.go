package fault

import (
	"hash/fnv"
	"math/rand/v2"
	"strconv"
)

// draw is what chance comes of: the same for the same seed, rule, value and number.
type draw struct {
	seed   int
	rule   string
	origin value
	nth    int
	number uint64
}

// fraction is from 0 up to 1.
func (d draw) fraction() float64 { return d.source().Float64() }

// source is where all chance of one strike comes from; it begins with fraction.
func (d draw) source() *rand.Rand {
	h := fnv.New64a()
	for _, part := range []string{d.rule, d.origin.bucket, d.origin.key, d.origin.of, strconv.Itoa(d.nth)} {
		_, _ = h.Write([]byte(strconv.Quote(part))) // a hash takes everything
	}
	return rand.New(rand.NewPCG(h.Sum64()^uint64(d.seed), d.number))
}
